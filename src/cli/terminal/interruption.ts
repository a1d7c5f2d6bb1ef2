/** npm, timeout and the terminal may each pass on the same Ctrl-C, so a second signal this soon after the first is ignored. */
const SAME_SIGNAL_MS = 1000

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
