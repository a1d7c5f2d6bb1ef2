import { context, Dealer } from 'zeromq'

// At exit nobody waits for what could not be sent: the runtime watches its parent.
context.blocky = false

export interface ChannelEvents {
  onMessage(parts: readonly Uint8Array[]): void
  /** The socket failed or `onMessage` threw; nothing more will come. */
  onBroken(cause: unknown): void
}

/** How soon a connection is tried again while the runtime has not bound its socket yet, ms. */
const RECONNECT_MS = 20
const RECONNECT_MAX_MS = 200

/** One DEALER. A zeromq.js socket takes one send and one receive at a time, hence one send queue and one receive loop. */
export class DealerChannel {
  readonly #socket: Dealer
  readonly #events: ChannelEvents
  #outbox: Uint8Array[] = []
  #sending = false

  /** `identity` is how the ROUTER knows this client; its data and its control channel go by the same one. */
  constructor(endpoint: string, identity: string, events: ChannelEvents) {
    this.#events = events
    this.#socket = new Dealer({
      routingId: identity,
      linger: 0,
      reconnectInterval: RECONNECT_MS,
      reconnectMaxInterval: RECONNECT_MAX_MS,
    })
    this.#socket.connect(endpoint)
    void this.#receive()
  }

  /** Queue one message; messages leave in the order of the calls. */
  send(message: Uint8Array): void {
    if (this.#socket.closed) return
    this.#outbox.push(message)
    if (!this.#sending) void this.#drain()
  }

  /** Drops what has not left yet. */
  close(): void {
    this.#outbox = []
    if (!this.#socket.closed) this.#socket.close()
  }

  async #drain(): Promise<void> {
    this.#sending = true
    try {
      for (let message = this.#outbox.shift(); message !== undefined; message = this.#outbox.shift()) await this.#socket.send(message)
    } catch (cause) {
      if (!this.#socket.closed) this.#events.onBroken(cause)
    } finally {
      this.#sending = false
    }
  }

  async #receive(): Promise<void> {
    try {
      for await (const parts of this.#socket) this.#events.onMessage(parts)
    } catch (cause) {
      if (!this.#socket.closed) this.#events.onBroken(cause)
    }
  }
}
