import { cancelledBy, GraitError } from '../errors.js'
import { type OperationName, operations } from './contract.js'
import type { ServerMessage } from './framing.js'
import { validated } from './validation.js'
import { fromWire } from './wire-error.js'

/** Progress of a call: `done` of `total`, counted in `unit`; `note` is shown unchanged. */
export interface Progress {
  done: number
  total: number
  unit: string
  note: string
}

/** Options that every call to the runtime accepts: cancellation, progress and warnings. */
export interface CallOptions {
  /** Aborting cancels the call; it then fails with `cancelled` once the runtime has stopped. */
  signal?: AbortSignal | undefined
  /** Called whenever the runtime reports progress. */
  onProgress?: ((progress: Progress) => void) | undefined
  /** Called with each warning from the runtime. */
  onWarning?: ((message: string) => void) | undefined
}

/** A stream item as it arrived: validated, with the frames its tensors name. */
export interface Arrived {
  item: unknown
  frames: readonly Uint8Array[]
}

/** How a call reaches the runtime. */
export interface CallWire {
  credit(id: number, items: number): void
  /** False: the call had not been sent yet and will not be sent. */
  cancel(id: number): boolean
  /** The call is over: nothing more is expected under this id. */
  forget(id: number): void
}

type Outcome = { result: unknown } | { error: unknown }

/** One call in flight: receives the runtime's messages, passes items and the outcome to its one consumer, and grants credit. */
export class OpenCall {
  readonly id: number
  readonly #operation: OperationName
  readonly #window: number
  readonly #options: CallOptions
  readonly #wire: CallWire
  readonly #cancelMs: number
  readonly #abort = () => this.stop(cancelledBy(this.#options.signal))
  #arrived: Arrived[] = []
  /** Items granted that have not arrived yet. */
  #owed: number
  #outcome: Outcome | undefined
  #wake: (() => void) | undefined
  #stopped: { reason: unknown; timer: NodeJS.Timeout } | undefined

  constructor(id: number, operation: OperationName, window: number, options: CallOptions, wire: CallWire, cancelMs: number) {
    this.id = id
    this.#operation = operation
    this.#window = window
    this.#owed = window
    this.#options = options
    this.#wire = wire
    this.#cancelMs = cancelMs
    options.signal?.addEventListener('abort', this.#abort, { once: true })
  }

  /** The next item in the order sent, or undefined when the stream has ended; grants credit for what it gives out. */
  async nextItem(): Promise<Arrived | undefined> {
    for (;;) {
      const next = this.#arrived.shift()
      if (next !== undefined) {
        if (this.#outcome === undefined && this.#arrived.length + this.#owed < this.#window) this.#grant(1)
        return next
      }
      if (this.#outcome !== undefined) return undefined
      await this.#change()
    }
  }

  /** The result. @throws what ended the call instead. */
  async result(): Promise<unknown> {
    while (this.#outcome === undefined) await this.#change()
    if ('error' in this.#outcome) throw withCallerStack(this.#outcome.error)
    return this.#outcome.result
  }

  /** Ask the runtime to stop. The call then fails with `reason`, at the runtime's answer or after the limit. */
  stop(reason: unknown): void {
    if (this.#outcome !== undefined || this.#stopped !== undefined) return
    this.#arrived = []
    this.#stopped = { reason, timer: setTimeout(() => this.#settle({ error: reason }), this.#cancelMs) }
    if (!this.#wire.cancel(this.id)) this.#settle({ error: reason })
  }

  /** Whether all granted items have arrived and wait for the consumer, so that the runtime has to wait too. */
  get starved(): boolean {
    return this.#window > 0 && this.#owed === 0 && this.#outcome === undefined && this.#stopped === undefined
  }

  /** Grant another window, whatever the consumer does. */
  extend(): void {
    this.#grant(this.#window)
  }

  /** Ends the call immediately because the runtime is gone. Items that have arrived are still delivered. */
  fail(error: GraitError): void {
    this.#settle({ error })
  }

  /** Wait until the call is over, whatever its outcome. */
  async over(): Promise<void> {
    while (this.#outcome === undefined) await this.#change()
  }

  deliver(message: ServerMessage): void {
    if (this.#outcome !== undefined) return
    try {
      this.#take(message)
    } catch (error) {
      // A callback that throws, or a reply that breaks the contract, ends this call and no other.
      if (message.header.kind === 'result') this.#settle({ error })
      else this.stop(error)
    }
  }

  #take({ header, frames }: ServerMessage): void {
    switch (header.kind) {
      case 'item':
        this.#accept(header.item, frames)
        break
      case 'progress':
        if (this.#stopped !== undefined) break
        this.#options.onProgress?.({ done: header.done, total: header.total, unit: header.unit, note: header.note })
        break
      case 'warning':
        this.#options.onWarning?.(header.message)
        break
      case 'result':
        this.#settle({ result: this.#checked(operations[this.#operation].result, header.result, 'result') })
        break
      case 'error':
        this.#settle({ error: fromWire(header.error) })
        break
      default:
        throw new GraitError('internal', `the runtime sent ${header.kind} on the data socket`)
    }
  }

  #accept(item: unknown, frames: readonly Uint8Array[]): void {
    if (this.#stopped !== undefined) return
    const schema = operations[this.#operation].item
    if (schema === null) throw new GraitError('internal', `${this.#operation} has no stream, but the runtime sent an item`)
    if (this.#owed === 0) throw new GraitError('internal', 'the runtime sent more items than were granted')
    this.#owed -= 1
    this.#arrived.push({ item: this.#checked(schema, item, 'item'), frames })
    this.#notify()
  }

  #grant(items: number): void {
    this.#owed += items
    this.#wire.credit(this.id, items)
  }

  #checked(schema: Parameters<typeof validated>[0], value: unknown, what: string): unknown {
    return validated(schema, value, 'internal', `the ${what} of ${this.#operation} is not as agreed`)
  }

  #settle(outcome: Outcome): void {
    if (this.#outcome !== undefined) return
    this.#outcome = outcome
    if (this.#stopped !== undefined) {
      clearTimeout(this.#stopped.timer)
      if (!isDeath(outcome)) this.#outcome = { error: this.#stopped.reason }
    }
    this.#options.signal?.removeEventListener('abort', this.#abort)
    this.#wire.forget(this.id)
    this.#notify()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #notify(): void {
    this.#wake?.()
    this.#wake = undefined
  }
}

/** The error with the stack of the code that waits for it: where it arrived, on a socket, says nothing to a reader. */
function withCallerStack(error: unknown): unknown {
  if (error instanceof GraitError) Error.captureStackTrace(error, withCallerStack)
  return error
}

function isDeath(outcome: Outcome): boolean {
  return 'error' in outcome && outcome.error instanceof GraitError && outcome.error.code.startsWith('runtime_')
}
