import type { OpenCall } from './open-call.js'

/** How long a stream may stall before the calls behind it count as blocked, ms. */
const PATIENCE_MS = 500

/**
 * Prevents a caller from deadlocking itself. The runtime runs one call at a time, in order; a consumer that makes a call inside
 * the loop over a stream waits for a call that waits for the stream, which waits for the consumer. So if the oldest call has no
 * credit left and others wait behind it, it is granted more credit until they can run; its items are then buffered beyond the
 * window.
 */
export class StallRelief {
  readonly #open: ReadonlyMap<number, OpenCall>
  #timer: NodeJS.Timeout | undefined
  #relieved: OpenCall | undefined

  /** `open`: the calls in flight, oldest first. */
  constructor(open: ReadonlyMap<number, OpenCall>) {
    this.#open = open
  }

  /** Call this after every change in calls, items or credit. */
  check(): void {
    const [oldest] = this.#open.values()
    if (oldest === undefined || this.#open.size < 2 || !oldest.starved) {
      this.#rest()
    } else if (oldest === this.#relieved) {
      oldest.extend()
    } else {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined
        this.#relieved = oldest
        this.check()
      }, PATIENCE_MS)
    }
  }

  #rest(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
