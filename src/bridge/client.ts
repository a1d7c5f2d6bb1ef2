import { randomUUID } from 'node:crypto'
import { cancelledBy, GraitError } from '../errors.js'
import { type Item, type OperationName, operations, type Request, type Result, type StreamName } from './contract.js'
import { DealerChannel } from './dealer-channel.js'
import { decodeMessage, encodeHeader } from './framing.js'
import { Heartbeat } from './heartbeat.js'
import type { BridgeLimits } from './limits.js'
import { type CallOptions, OpenCall } from './open-call.js'
import { StallRelief } from './stall-relief.js'
import { validated } from './validation.js'

/** Maximum number of calls sent to the runtime at a time; the others wait here. (The runtime rejects a client with many more waiting.) */
const MOST_SENT = 128

export interface BridgeOptions {
  dataEndpoint: string
  controlEndpoint: string
  limits: BridgeLimits
  /** Called when the other side is unusable: silent, or not speaking the protocol. The owner then calls `fail`. */
  onBroken(error: GraitError): void
}

/** A stream item and the frames of its tensors. */
export interface StreamItem<K extends StreamName> {
  item: Item<K>
  frames: readonly Uint8Array[]
}

/** The typed client of one runtime: calls, credit streams, cancellation, heartbeat. Knows nothing of processes. */
export class BridgeClient {
  readonly #limits: BridgeLimits
  readonly #data: DealerChannel
  readonly #control: DealerChannel
  readonly #onBroken: (error: GraitError) => void
  /** By id, oldest first. */
  readonly #open = new Map<number, OpenCall>()
  /** Calls of #open that have not been sent yet. */
  readonly #held = new Map<number, Buffer>()
  readonly #relief = new StallRelief(this.#open)
  #heartbeat: Heartbeat | undefined
  #lastId = 0
  #ended: GraitError | undefined

  constructor(options: BridgeOptions) {
    this.#limits = options.limits
    this.#onBroken = options.onBroken
    const onBroken = (cause: unknown) => this.#break(cause)
    const identity = randomUUID()
    this.#data = new DealerChannel(options.dataEndpoint, identity, {
      onMessage: (parts) => this.#receiveData(parts),
      expects: () => this.#open.size > 0,
      onBroken,
    })
    this.#control = new DealerChannel(options.controlEndpoint, identity, {
      onMessage: (parts) => this.#receiveControl(parts),
      expects: () => this.#heartbeat?.waiting === true,
      onBroken,
    })
  }

  /** Number of calls waiting for the runtime. */
  get waiting(): number {
    return this.#open.size
  }

  /** Whether every further call fails. */
  get closed(): boolean {
    return this.#ended !== undefined
  }

  /** Makes a call and waits for its result. @throws GraitError, see errors.ts. */
  async call<K extends Exclude<OperationName, StreamName>>(
    operation: K,
    request: Request<K>,
    options: CallOptions = {},
  ): Promise<Result<K>> {
    return (await this.#send(operation, request, 0, options).result()) as Result<K>
  }

  /**
   * Makes a streaming call, which starts when the first item is requested. Leaving the loop early cancels the call and waits
   * until the runtime has stopped. The generator returns the operation's result.
   */
  async *stream<K extends StreamName>(
    operation: K,
    request: Request<K>,
    options: CallOptions = {},
  ): AsyncGenerator<StreamItem<K>, Result<K>, undefined> {
    const call = this.#send(operation, request, this.#limits.window, options)
    try {
      for (let next = await call.nextItem(); next !== undefined; next = await call.nextItem()) {
        yield { item: next.item as Item<K>, frames: next.frames }
      }
      return (await call.result()) as Result<K>
    } finally {
      call.stop(cancelledBy(undefined))
      await call.over()
    }
  }

  /** Starts checking that the runtime answers. */
  startHeartbeat(): void {
    this.#heartbeat = new Heartbeat({
      intervalMs: this.#limits.heartbeatMs,
      limitMs: this.#limits.unresponsiveMs,
      ping: (id) => this.#control.send(encodeHeader({ kind: 'ping', id })),
      onSilent: () =>
        this.#break(
          new GraitError('runtime_unresponsive', `the runtime has not answered for ${this.#limits.unresponsiveMs / 1000} s`, {
            hint: 'It has been ended; run the same command again to go on.',
            retryable: true,
          }),
        ),
    })
  }

  /** Asks the runtime to exit; there is no answer. */
  shutdown(): void {
    this.#control.send(encodeHeader({ kind: 'shutdown', id: this.#nextId() }))
  }

  /** Ends every waiting and every later call with `error`, and closes the sockets. */
  fail(error: GraitError): void {
    if (this.#ended !== undefined) return
    this.#ended = error
    this.#heartbeat?.stop()
    this.#held.clear()
    for (const call of [...this.#open.values()]) call.fail(error)
    this.#data.close()
    this.#control.close()
  }

  #send(operation: OperationName, request: unknown, credit: number, options: CallOptions): OpenCall {
    if (this.#ended !== undefined) throw this.#ended
    if (options.signal?.aborted === true) throw cancelledBy(options.signal)
    const checked = validated(operations[operation].request, request, 'invalid_request', operation)
    const call = new OpenCall(this.#nextId(), operation, credit, options, this.#wire, this.#limits.cancelMs)
    this.#open.set(call.id, call)
    this.#held.set(call.id, encodeHeader({ kind: 'call', id: call.id, operation, request: checked, credit }))
    this.#sendHeld()
    return call
  }

  #sendHeld(): void {
    for (const [id, message] of this.#held) {
      if (this.#open.size - this.#held.size >= MOST_SENT) break
      this.#held.delete(id)
      this.#data.send(message)
    }
    this.#relief.check()
  }

  readonly #wire = {
    credit: (id: number, credit: number) => {
      this.#data.send(encodeHeader({ kind: 'credit', id, credit }))
      this.#relief.check()
    },
    cancel: (id: number) => {
      if (this.#held.delete(id)) return false
      this.#control.send(encodeHeader({ kind: 'cancel', id }))
      return true
    },
    forget: (id: number) => {
      this.#open.delete(id)
      this.#sendHeld()
    },
  }

  #receiveData(parts: readonly Uint8Array[]): void {
    const message = decodeMessage(parts)
    // A late reply to an abandoned call has no receiver any more.
    this.#open.get(message.header.id)?.deliver(message)
    if (message.header.kind === 'item') this.#relief.check()
  }

  #receiveControl(parts: readonly Uint8Array[]): void {
    const { header } = decodeMessage(parts)
    if (header.kind === 'pong') this.#heartbeat?.pong()
  }

  #break(cause: unknown): void {
    const error =
      cause instanceof GraitError ? cause : new GraitError('internal', `the connection to the runtime failed: ${String(cause)}`, { cause })
    this.#onBroken(error)
  }

  #nextId(): number {
    this.#lastId += 1
    return this.#lastId
  }
}
