export interface HeartbeatOptions {
  intervalMs: number
  /** How long a silence counts as unresponsive, ms. */
  limitMs: number
  ping(id: number): void
  onSilent(): void
}

/**
 * Pings on a timer and waits for pongs. Silence is counted in ticks, not by the clock: no tick passes while this process itself
 * is busy, stopped or asleep, so that time does not count as silence of the runtime.
 */
export class Heartbeat {
  readonly #timer: NodeJS.Timeout
  #sent = 0
  #unanswered = 0

  constructor(options: HeartbeatOptions) {
    this.#timer = setInterval(() => this.#tick(options), options.intervalMs)
    this.#timer.unref()
  }

  /** Whether a pong is expected. */
  get waiting(): boolean {
    return this.#unanswered > 0
  }

  pong(): void {
    this.#unanswered = 0
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #tick(options: HeartbeatOptions): void {
    if (this.#unanswered * options.intervalMs >= options.limitMs) {
      this.stop()
      options.onSilent()
      return
    }
    this.#unanswered += 1
    this.#sent += 1
    options.ping(this.#sent)
  }
}
