import { byteWords } from '../../disk/byte-words.js'
import { duration } from '../../duration.js'
import type { FullReporter, OverallProgress, StageProgress } from '../../pipeline/reporter.js'
import { LivingLine } from './living-line.js'

const REDRAW_MS = 100
const PLAIN_LINE_MS = 10_000

/** Draws a run's progress: one living line on a terminal, a plain line now and then elsewhere. */
export function progressReporter(stream: NodeJS.WriteStream, { verbose = false }: { verbose?: boolean | undefined } = {}): FullReporter {
  const living = new LivingLine(stream)
  let stage = ''
  let firstAt = 0
  let firstDone = 0
  let lastDrawn = 0
  let overall = ''

  const line = (text: string) => living.print(text)
  const restart = (name: string, done: number) => {
    stage = name
    firstAt = performance.now()
    firstDone = done
    lastDrawn = living.rewrites ? 0 : firstAt
  }

  return {
    stageStarted(name, about) {
      line(`${overall}${name}: ${about}`)
      restart(name, 0)
    },
    stageProgress(name, progress) {
      if (name !== stage || progress.done < firstDone) restart(name, progress.done)
      const now = performance.now()
      if (now - lastDrawn < (living.rewrites ? REDRAW_MS : PLAIN_LINE_MS)) return
      lastDrawn = now
      living.draw(`  ${overall}${progressText(progress, progress.done - firstDone, (now - firstAt) / 1000)}`)
    },
    stageFinished(name, { reused, seconds, about }) {
      line(reused ? `${name}: taken from the cache (${about})` : `${name}: done in ${duration(seconds)}`)
    },
    overall(progress) {
      overall = overallText(progress)
    },
    note: (message) => line(`note: ${message}`),
    warning: (message) => line(`warning: ${message}`),
    log: (level, message) => {
      // Problems in the runtime reach the user as errors of the call; the log helps to find the cause.
      if (verbose) line(`[python ${level}] ${message.trimEnd()}`)
    },
  }
}

/** Draws how far a download is, for a command that draws nothing else. */
export function downloadDisplay(stream: NodeJS.WriteStream): (progress: StageProgress) => void {
  const { stageProgress } = progressReporter(stream)
  return (progress) => {
    stageProgress('download', progress)
    if (progress.done === progress.total) new LivingLine(stream).clear()
  }
}

/** "[7/26, 12 min 5 s left] ": shown before the text of the current stage. */
export function overallText({ done, total, secondsLeft }: OverallProgress): string {
  return `[${done}/${total}${secondsLeft === undefined || done === total ? '' : `, ${duration(secondsLeft)} left`}] `
}

/** "120/400 questions, 3.2/s, 1 min 27 s left", or "1.2 GB of 3.1 GB, 45.0 MB/s, 42 s left"; the rate counts only what was done since the stage was resumed. */
export function progressText({ done, total, unit, note, uneven }: StageProgress, doneNow: number, seconds: number): string {
  const rate = seconds > 0 && uneven !== true ? doneNow / seconds : 0
  const bytes = unit === 'bytes'
  const parts = [bytes ? `${byteWords(done)} of ${byteWords(total)}` : `${done}/${total} ${unit}`]
  if (rate > 0) parts.push(bytes ? `${byteWords(rate)}/s` : `${rate >= 10 ? rate.toFixed(0) : rate.toFixed(1)}/s`)
  if (rate > 0 && done < total) parts.push(`${duration((total - done) / rate)} left`)
  if (note !== undefined && note !== '') parts.push(note)
  return parts.join(', ')
}
