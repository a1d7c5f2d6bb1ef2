import { BridgeClient } from '../../bridge/client.js'
import { type RuntimeInfo, shakeHands } from '../../bridge/handshake.js'
import type { BridgeLimits } from '../../bridge/limits.js'
import { cancelledBy, GraitError } from '../../errors.js'
import { type ChildExit, type LaunchCommand, RuntimeChild } from './child.js'
import { death } from './death.js'
import { type LogLine, parseLogLine } from './log-lines.js'
import { makeSocketFolder, type SocketFolder } from './socket-folder.js'

export interface SessionOptions {
  limits: BridgeLimits
  onLog(line: LogLine): void
  /** Aborting cancels the start; it does not end a started session. */
  signal?: AbortSignal | undefined
}

/** A supervised runtime: the process, the client that talks to it, and what happens when either ends. */
export class RuntimeSession {
  readonly client: BridgeClient
  readonly #child: RuntimeChild
  readonly #folder: SocketFolder
  readonly #limits: BridgeLimits
  #ready = false
  #closed: Promise<void> | undefined

  private constructor(child: RuntimeChild, folder: SocketFolder, limits: BridgeLimits) {
    this.#child = child
    this.#folder = folder
    this.#limits = limits
    this.client = new BridgeClient({ ...folder, limits, onBroken: (error) => this.#break(error) })
    void child.exited.then((exit) => this.#exited(death(exit, child.lastLines(), this.client.waiting, this.#ready)))
  }

  /**
   * Launches `command` with the connection arguments added, and performs the handshake.
   * @throws GraitError `python_not_found`, `runtime_died`, `runtime_not_ready`, `protocol_mismatch` or `cancelled`; nothing is left running.
   */
  static async open(command: LaunchCommand, options: SessionOptions): Promise<{ session: RuntimeSession; info: RuntimeInfo }> {
    if (options.signal?.aborted === true) throw cancelledBy(options.signal)
    const folder = makeSocketFolder()
    const wire = ['--data', folder.dataEndpoint, '--control', folder.controlEndpoint, '--parent-pid', String(process.pid)]
    const child = await RuntimeChild.start({ ...command, args: [...command.args, ...wire] }, (line) =>
      options.onLog(parseLogLine(line)),
    ).catch((error: unknown) => {
      folder.remove()
      throw error
    })
    const session = new RuntimeSession(child, folder, options.limits)
    return { session, info: await session.#start(options) }
  }

  /** Process id of the runtime, and of its process group. */
  get pid(): number {
    return this.#child.pid
  }

  /** The socket folder: others may connect to it too. */
  get path(): string {
    return this.#folder.path
  }

  /** Resolves when the process has ended. */
  get exited(): Promise<ChildExit> {
    return this.#child.exited
  }

  /** Asks the runtime to exit, then sends SIGTERM, then SIGKILL. Waiting calls fail with `cancelled`. Repeated calls have no effect. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #start({ limits, signal }: SessionOptions): Promise<RuntimeInfo> {
    const timer = setTimeout(() => this.#break(notReady(limits.startupMs, this.#child.lastLines())), limits.startupMs)
    const abort = () => this.#break(cancelledBy(signal))
    signal?.addEventListener('abort', abort, { once: true })
    try {
      const info = await shakeHands(this.client)
      this.#ready = true
      this.client.startHeartbeat()
      // From here on, what is in flight keeps this process alive. A script that forgets close() can end; the child ends with it.
      this.#child.holdsParent(false)
      return info
    } catch (error) {
      this.#child.kill('SIGKILL')
      await this.#child.exited
      this.#exited(error as GraitError)
      throw error
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  }

  /** Keeps this process alive until the runtime has ended, as a server needs. */
  stayAlive(): void {
    this.#child.holdsParent(true)
  }

  async #close(): Promise<void> {
    this.#child.holdsParent(true)
    this.client.shutdown()
    if (!(await this.#child.exitsWithin(this.#limits.shutdownMs))) await this.#child.end(this.#limits.terminateMs)
    this.#exited(closedError())
  }

  /** The runtime is no longer usable: ends it and fails all waiting calls. */
  #break(error: GraitError): void {
    this.#child.kill('SIGKILL')
    this.client.fail(error)
  }

  #exited(error: GraitError): void {
    this.client.fail(this.#closed === undefined ? error : closedError())
    this.#folder.remove()
  }
}

function closedError(): GraitError {
  return new GraitError('cancelled', 'the runtime was closed')
}

function notReady(startupMs: number, lastLines: readonly string[]): GraitError {
  return new GraitError('runtime_not_ready', `the runtime was not ready after ${startupMs / 1000} s`, {
    hint: 'Run `grait doctor`; on a slow disk the first start takes longest, so starting again may be enough.',
    details: { lastLines: [...lastLines] },
    retryable: true,
  })
}
