import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { GraitError } from '../../errors.js'
import { onProcessExit } from '../../exit-hook.js'
import { readLines } from './log-lines.js'

export interface LaunchCommand {
  executable: string
  args: readonly string[]
  env: NodeJS.ProcessEnv
  cwd?: string | undefined
}

export interface ChildExit {
  status: number | null
  signal: NodeJS.Signals | null
}

const KEPT_LINES = 200
/** How long to wait for the last output after the exit: a grandchild may hold the pipe open for ever. */
const LAST_OUTPUT_MS = 500

/** What Node can take out of the count of things that keep a process alive. */
interface Handle {
  ref(): void
  unref(): void
}

/** What a signal to a group that has ended gives; macOS says EPERM while the group's last process is a zombie. */
const GONE: readonly string[] = ['ESRCH', 'EPERM']

type Child = ChildProcessByStdio<null, Readable, Readable>

/** The runtime's process. It leads its own process group, so that everything it started can be ended with it. */
export class RuntimeChild {
  readonly pid: number
  readonly exited: Promise<ChildExit>
  readonly #child: Child
  readonly #lastLines: string[] = []
  #gone = false

  /** @throws GraitError `python_not_found` if the executable cannot be started. */
  static async start(command: LaunchCommand, onLine: (line: string) => void): Promise<RuntimeChild> {
    const { executable, args, env, cwd } = command
    const child = spawn(executable, args, { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    try {
      await once(child, 'spawn')
    } catch (cause) {
      throw new GraitError('python_not_found', `cannot start ${executable}: ${(cause as Error).message}`, {
        hint: 'Run `grait doctor`.',
        cause,
      })
    }
    return new RuntimeChild(child, onLine)
  }

  private constructor(child: Child, onLine: (line: string) => void) {
    this.pid = child.pid!
    this.#child = child
    this.exited = this.#watch(child)
    for (const stream of [child.stdout, child.stderr]) {
      readLines(stream, (line) => {
        if (this.#lastLines.push(line) > KEPT_LINES) this.#lastLines.shift()
        onLine(line)
      })
    }
  }

  /** Whether the child keeps this process alive; it does from the start. */
  holdsParent(holds: boolean): void {
    for (const handle of [this.#child, this.#child.stdout as unknown as Handle, this.#child.stderr as unknown as Handle]) {
      if (holds) handle.ref()
      else handle.unref()
    }
  }

  /** The last lines the process wrote, oldest first. */
  lastLines(): readonly string[] {
    return this.#lastLines
  }

  /** Sends `signal` to the whole group; has no effect if it has ended. */
  kill(signal: NodeJS.Signals): void {
    if (this.#gone) return
    try {
      process.kill(-this.pid, signal)
    } catch (error) {
      if (!GONE.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }

  /** Waits at most `ms` for the exit; returns whether the process exited. */
  async exitsWithin(ms: number): Promise<boolean> {
    const timer = new AbortController()
    const late = delay(ms, false, { signal: timer.signal }).catch(() => false)
    const exited = await Promise.race([this.exited.then(() => true), late])
    timer.abort()
    return exited
  }

  /** SIGTERM, then, after `terminateMs`, SIGKILL. */
  async end(terminateMs: number): Promise<void> {
    this.kill('SIGTERM')
    if (await this.exitsWithin(terminateMs)) return
    this.kill('SIGKILL')
    await this.exited
  }

  async #watch(child: Child): Promise<ChildExit> {
    const takeBack = onProcessExit(() => this.kill('SIGKILL'))
    const outputEnded = once(child, 'close')
    const [status, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    this.kill('SIGKILL') // processes that it started and left behind
    this.#gone = true
    takeBack()
    await Promise.race([outputEnded, delay(LAST_OUTPUT_MS, undefined, { ref: false })])
    return { status, signal }
  }
}
