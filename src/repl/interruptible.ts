import { Adapter } from '../runtime/calls/adapter.js'
import { Model } from '../runtime/model.js'
import { Runtime } from '../runtime/runtime.js'

/** The position of each method's options argument, which may hold a signal. */
const OPTIONS_AT: Record<string, number> = {
  loadModel: 0,
  embed: 1,
  embedBatches: 1,
  noop: 0,
  scoreOptions: 1,
  scoreOptionBatches: 1,
  generate: 1,
  generateBatches: 1,
  trainLora: 1,
  gradientFeatures: 1,
  gradientFeatureBatches: 1,
  countTokens: 1,
  unload: 0,
  merge: 1,
}

/** A stream that can also be awaited for all of its rows. */
export type AwaitableStream<T> = AsyncGenerator<T, unknown, undefined> & PromiseLike<T[]>

/** The running calls of a session, which Ctrl-C cancels. */
export class Interruption {
  #controller = new AbortController()

  /** Cancels the running calls; later calls are not affected. */
  interrupt(): void {
    this.#controller.abort(new Error('interrupted by Ctrl-C'))
    this.#controller = new AbortController()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /**
   * `target` with the session's signal passed to every call that has none, and with streams that can be awaited. It is a plain
   * object and not a Proxy, because Node's prompt does not complete the names of a Proxy.
   */
  over<T extends Runtime | Model | Adapter>(target: T): T {
    const prototype = Object.getPrototypeOf(target) as Record<string, unknown>
    const over = Object.assign(Object.create(prototype) as T, target)
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const method = prototype[name]
      if (typeof method !== 'function' || name === 'constructor') continue
      const value = (...args: unknown[]) => this.#given(method.apply(target, this.#withSignal(name, args)))
      Object.defineProperty(over, name, { value, enumerable: false })
    }
    return over
  }

  #withSignal(name: string, args: unknown[]): unknown[] {
    const at = OPTIONS_AT[name]
    if (at === undefined) return args
    const options = { signal: this.signal, ...(args[at] as object | undefined) }
    return [...args.slice(0, at), ...Array(Math.max(0, at - args.length)).fill(undefined), options]
  }

  #given(result: unknown): unknown {
    if (result instanceof Promise) return result.then((value: unknown) => this.#wrapped(value))
    if (isGenerator(result)) return awaitable(result)
    return result
  }

  #wrapped(value: unknown): unknown {
    return value instanceof Runtime || value instanceof Model || value instanceof Adapter ? this.over(value) : value
  }
}

function isGenerator(value: unknown): value is AsyncGenerator<unknown, unknown, undefined> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

function awaitable<T>(stream: AsyncGenerator<T, unknown, undefined>): AwaitableStream<T> {
  const collect = async () => {
    const rows: T[] = []
    for await (const row of stream) rows.push(row)
    return rows
  }
  let rows: Promise<T[]> | undefined
  return Object.assign(stream, {
    // biome-ignore lint/suspicious/noThenProperty: awaiting a stream at the prompt is to give its rows
    then: <A, B>(resolve?: ((rows: T[]) => A | PromiseLike<A>) | null, reject?: ((cause: unknown) => B | PromiseLike<B>) | null) => {
      rows ??= collect()
      return rows.then(resolve, reject)
    },
  })
}
