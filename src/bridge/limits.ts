/** Every wait of the bridge has a limit; all times in ms. */
export interface BridgeLimits {
  /** From launch to a finished handshake. */
  startupMs: number
  heartbeatMs: number
  /** Heartbeats without an answer for this long end the runtime. */
  unresponsiveMs: number
  /** From asking for a cancellation to giving up on the runtime's answer to it. */
  cancelMs: number
  /** From asking the runtime to shut down to SIGTERM. */
  shutdownMs: number
  /** From SIGTERM to SIGKILL. */
  terminateMs: number
  /** Stream items that may be sent or buffered before the consumer has taken one: bounds memory on both sides. */
  window: number
}

/** The waits of a runtime where none are given, ms; `window` counts stream items. */
export const DEFAULT_LIMITS: Readonly<BridgeLimits> = {
  startupMs: 120_000,
  heartbeatMs: 2_000,
  unresponsiveMs: 30_000,
  cancelMs: 10_000,
  shutdownMs: 5_000,
  terminateMs: 3_000,
  window: 4,
}
