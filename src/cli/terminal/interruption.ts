/** npm, timeout and the terminal itself may each pass on the same Ctrl-C: so close to the first one, a second is none. */
const SAME_SIGNAL_MS = 1000

/**
 * An AbortSignal that the first Ctrl-C or SIGTERM fires, so that the work at hand ends cleanly; a second one ends the
 * process at once.
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
