import { GraitError } from '../../errors.js'
import { showFailure } from './failure.js'

/** npm, timeout and the terminal may each pass on the same Ctrl-C, so a second signal this soon after the first is ignored. */
const SAME_SIGNAL_MS = 150
/** Longest time from the first Ctrl-C to the end of the process. What is cut off then is computed again by the next run. */
const DEADLINE_MS = 1500

/** What is said when work is interrupted. */
export interface InterruptionWords {
  /** Said at once, while the work is being ended. */
  ending?: string | undefined
  /** Said at the end: what to do now. */
  hint?: string | undefined
}

/**
 * Runs `work` with a signal that fires at the first Ctrl-C or SIGTERM, so that it ends cleanly; a second one, or a deadline, ends
 * the process at once.
 * @throws GraitError interrupted
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>, words: InterruptionWords = {}): Promise<T> {
  const { ending = 'interrupting (again to stop at once)', hint } = words
  let ended = false
  const { signal, dispose } = interruptionSignal(() => {
    process.stderr.write(`\n${ending}\n`)
    setTimeout(() => {
      // Something still keeps the process alive: an answer of the hub, a batch that can't be stopped.
      if (!ended) showFailure(interrupted(hint))
      process.exit(process.exitCode ?? 130)
    }, DEADLINE_MS).unref()
  })
  try {
    return await work(signal)
  } catch (error) {
    throw signal.aborted ? interrupted(hint, error) : error
  } finally {
    ended = true
    dispose()
  }
}

function interrupted(hint: string | undefined, cause?: unknown): GraitError {
  return new GraitError('interrupted', 'interrupted', { hint, cause })
}

/**
 * An AbortSignal that fires at the first Ctrl-C or SIGTERM, so that the current work ends cleanly; a second one ends the
 * process immediately.
 */
export function interruptionSignal(onFirst: () => void): { signal: AbortSignal; dispose: () => void } {
  const controller = new AbortController()
  let firstAtMs = 0
  const handle = () => {
    if (controller.signal.aborted) {
      if (performance.now() - firstAtMs > SAME_SIGNAL_MS) process.exit(130)
      return
    }
    firstAtMs = performance.now()
    onFirst()
    controller.abort()
  }
  process.on('SIGINT', handle)
  process.on('SIGTERM', handle)
  return {
    signal: controller.signal,
    dispose: () => {
      process.off('SIGINT', handle)
      process.off('SIGTERM', handle)
    },
  }
}
