import { BridgeClient } from '../../bridge/client.js'
import { type RuntimeInfo, shakeHands } from '../../bridge/handshake.js'
import type { BridgeLimits } from '../../bridge/limits.js'
import { cancelledBy, GraitError } from '../../errors.js'
import { processExists } from '../../process-mark.js'
import { endpointsIn } from '../process/socket-folder.js'

export interface AttachOptions {
  limits: BridgeLimits
  /** Aborting cancels attaching. */
  signal?: AbortSignal | undefined
  /** Hint for the user if the served runtime is gone. */
  hint?: string | undefined
}

/** Interval for checking that the served process still exists, ms. */
const WATCH_MS = 500

/** A connection to a runtime that another process keeps alive; closing it leaves the runtime running. */
export class AttachedSession {
  readonly client: BridgeClient
  readonly #path: string
  readonly #hint: string
  #watch: NodeJS.Timeout | undefined
  #closed = false

  private constructor(path: string, { limits, hint = SERVE_AGAIN }: AttachOptions) {
    this.#path = path
    this.#hint = hint
    this.client = new BridgeClient({ ...endpointsIn(path), limits, onBroken: (error) => this.#fail(error) })
  }

  /** @throws GraitError `runtime_not_ready`, `protocol_mismatch` or `cancelled`. */
  static async open(path: string, options: AttachOptions): Promise<{ session: AttachedSession; info: RuntimeInfo }> {
    if (options.signal?.aborted === true) throw cancelledBy(options.signal)
    const session = new AttachedSession(path, options)
    return { session, info: await session.#start(options) }
  }

  /** Disconnects: waiting calls fail with `cancelled`, and the runtime frees this client's models. It continues to serve others. */
  async close(): Promise<void> {
    this.#closed = true
    this.#fail(new GraitError('cancelled', 'the runtime was closed'))
  }

  async #start({ limits, signal }: AttachOptions): Promise<RuntimeInfo> {
    const timer = setTimeout(() => this.#fail(this.#notReady(limits.startupMs)), limits.startupMs)
    const abort = () => this.#fail(cancelledBy(signal))
    signal?.addEventListener('abort', abort, { once: true })
    try {
      const info = await shakeHands(this.client)
      this.client.startHeartbeat()
      // It has just answered, so a process that is not seen runs in another container: only its heartbeat tells when it ends.
      if (processExists(info.pid)) this.#watch = setInterval(() => this.#checkAlive(info.pid), WATCH_MS).unref()
      return info
    } catch (error) {
      this.#fail(error as GraitError)
      throw error
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  }

  /** ZeroMQ does not report that the other side is gone, so its process is checked. */
  #checkAlive(pid: number): void {
    if (processExists(pid)) return
    this.#fail(new GraitError('runtime_died', `the runtime served at ${this.#path} has ended`, { hint: this.#hint, retryable: true }))
  }

  #fail(error: GraitError): void {
    clearInterval(this.#watch)
    const told =
      error.code === 'runtime_unresponsive' && !this.#closed ? new GraitError(error.code, error.message, { hint: this.#hint }) : error
    this.client.fail(told)
  }

  #notReady(startupMs: number): GraitError {
    return new GraitError('runtime_not_ready', `the runtime served at ${this.#path} has not answered for ${startupMs / 1000} s`, {
      hint: this.#hint,
      retryable: true,
    })
  }
}

const SERVE_AGAIN = 'Start it again with `grait serve`, or leave --attach and GRAIT_ATTACH out to start one for this process alone.'
