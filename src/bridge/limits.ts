/** Timeouts for talking to the runtime, in ms, and the stream window. */
export interface BridgeLimits {
  /** From launch to a finished handshake. */
  startupMs: number
  /** Interval between two heartbeats. */
  heartbeatMs: number
  /** The runtime is ended after leaving heartbeats unanswered for this long. */
  unresponsiveMs: number
  /** How long to wait for the runtime to confirm a cancellation. */
  cancelMs: number
  /** From the shutdown request to SIGTERM. */
  shutdownMs: number
  /** From SIGTERM to SIGKILL. */
  terminateMs: number
  /** How many stream items may be sent or buffered before the consumer takes one; limits memory on both sides. */
  window: number
}

/** The default timeouts, in ms, and the default stream window, in items. */
export const DEFAULT_LIMITS: Readonly<BridgeLimits> = {
  startupMs: 120_000,
  heartbeatMs: 2_000,
  unresponsiveMs: 30_000,
  cancelMs: 10_000,
  shutdownMs: 5_000,
  terminateMs: 3_000,
  window: 4,
}
