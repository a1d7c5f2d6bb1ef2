import { context, Dealer } from 'zeromq'

// At exit, unsent messages are dropped: the runtime watches its parent.
context.blocky = false

export interface ChannelEvents {
  onMessage(parts: readonly Uint8Array[]): void
  /** Whether a message is expected. While none is, the socket does not keep the process alive. */
  expects(): boolean
  /** Called when the socket failed or `onMessage` threw; no more messages will arrive. */
  onBroken(cause: unknown): void
}

/** Interval between connection attempts while the runtime has not bound its socket yet, ms. */
const RECONNECT_MS = 20
const RECONNECT_MAX_MS = 200

/**
 * One DEALER socket. A zeromq.js socket allows one send and one receive at a time, hence one send queue and one receive loop. A waiting
 * receive keeps the process alive, so the loop runs only while a message is expected.
 */
export class DealerChannel {
  readonly #socket: Dealer
  readonly #events: ChannelEvents
  #outbox: Uint8Array[] = []
  #sending = false
  #receiving = false

  /** `identity` identifies this client to the ROUTER; its data and control channels share it. */
  constructor(endpoint: string, identity: string, events: ChannelEvents) {
    this.#events = events
    this.#socket = new Dealer({
      routingId: identity,
      linger: 0,
      reconnectInterval: RECONNECT_MS,
      reconnectMaxInterval: RECONNECT_MAX_MS,
    })
    this.#socket.connect(endpoint)
  }

  /** Queues one message; messages are sent in the order of the calls. */
  send(message: Uint8Array): void {
    if (this.#socket.closed) return
    this.#outbox.push(message)
    if (!this.#sending) void this.#drain()
    if (!this.#receiving) void this.#receive()
  }

  /** Drops unsent messages. */
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
    this.#receiving = true
    try {
      while (!this.#socket.closed && this.#events.expects()) this.#events.onMessage(await this.#socket.receive())
    } catch (cause) {
      if (!this.#socket.closed) this.#events.onBroken(cause)
    } finally {
      this.#receiving = false
    }
  }
}
