import type { OverallProgress, RunReporter, StageProgress } from '../../pipeline/reporter.js'

const REDRAW_MS = 100
const PLAIN_LINE_MS = 10_000

/** Draws a run's progress: one living line on a terminal, a plain line now and then elsewhere. */
export function progressReporter(stream: NodeJS.WriteStream, { verbose = false }: { verbose?: boolean } = {}): RunReporter {
  const terminal = stream.isTTY === true && process.env['TERM'] !== 'dumb'
  let stage = ''
  let firstAt = 0
  let firstDone = 0
  let lastDrawn = 0
  let overall = ''

  const clear = () => {
    if (terminal) stream.write('\r\x1b[K')
  }
  const line = (text: string) => {
    clear()
    stream.write(`${text}\n`)
  }
  const restart = (name: string, done: number) => {
    stage = name
    firstAt = performance.now()
    firstDone = done
    lastDrawn = terminal ? 0 : firstAt
  }

  return {
    stageStarted(name, about) {
      line(`${overall}${name}: ${about}`)
      restart(name, 0)
    },
    stageProgress(name, progress) {
      if (name !== stage || progress.done < firstDone) restart(name, progress.done)
      const now = performance.now()
      if (now - lastDrawn < (terminal ? REDRAW_MS : PLAIN_LINE_MS)) return
      lastDrawn = now
      const text = `  ${overall}${progressText(progress, progress.done - firstDone, (now - firstAt) / 1000)}`
      if (terminal) stream.write(`\r\x1b[K${text.slice(0, (stream.columns ?? 80) - 1)}`)
      else stream.write(`${text}\n`)
    },
    stageFinished(name, { reused, seconds, about }) {
      line(reused ? `${name}: already there (${about})` : `${name}: done in ${duration(seconds)}`)
    },
    overall(progress) {
      overall = overallText(progress)
    },
    note: (message) => line(`note: ${message}`),
    warning: (message) => line(`warning: ${message}`),
    log: (level, message) => {
      // What goes wrong there reaches the person as an error of the call; the log is for finding out why.
      if (verbose) line(`[python ${level}] ${message.trimEnd()}`)
    },
  }
}

/** "[7/26, 12 min 5 s left] ": put before what the stage at hand says. */
export function overallText({ done, total, secondsLeft }: OverallProgress): string {
  return `[${done}/${total}${secondsLeft === undefined || done === total ? '' : `, ${duration(secondsLeft)} left`}] `
}

/** "120/400 questions, 3.2/s, 1 min 27 s left"; the rate counts what was done since the stage went on. */
export function progressText({ done, total, unit, note }: StageProgress, doneNow: number, seconds: number): string {
  const rate = seconds > 0 ? doneNow / seconds : 0
  const parts = [`${done}/${total} ${unit}`]
  if (rate > 0) parts.push(`${rate >= 10 ? rate.toFixed(0) : rate.toFixed(1)}/s`)
  if (rate > 0 && done < total) parts.push(`${duration((total - done) / rate)} left`)
  if (note !== undefined && note !== '') parts.push(note)
  return parts.join(', ')
}

/** 0.4 s, 12 s, 3 min 5 s, 2 h 10 min. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}
