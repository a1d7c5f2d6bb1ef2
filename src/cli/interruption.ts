/**
 * An AbortSignal that the first Ctrl-C or SIGTERM fires, so that the work at hand ends cleanly; a second one ends the
 * process at once.
 */
export function interruptionSignal(onFirst: () => void): { signal: AbortSignal; dispose: () => void } {
  const controller = new AbortController()
  const handle = () => {
    if (controller.signal.aborted) process.exit(130)
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
