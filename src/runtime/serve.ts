import { hostname } from 'node:os'
import type { RuntimeInfo } from '../bridge/handshake.js'
import { type BridgeLimits, DEFAULT_LIMITS } from '../bridge/limits.js'
import { PACKAGE_VERSION } from '../package-version.js'
import { thisProcess } from '../process-mark.js'
import { type PythonOptions, pythonCommand } from './process/command.js'
import { type LogLine, ownLine } from './process/log-lines.js'
import { RuntimeSession } from './process/session.js'
import { Runtime } from './runtime.js'
import { listServed } from './served/served-registry.js'

/** Options of `serveRuntime`: how to start the runtime, and when it ends by itself. */
export interface ServeOptions extends PythonOptions {
  /** End after this many minutes without a call from any client; default: never. */
  idleMinutes?: number | undefined
  onLog(line: LogLine): void
  limits?: Partial<BridgeLimits> | undefined
}

/** A runtime that other processes attach to. */
export interface RuntimeServer {
  /** The socket folder: what to attach to. */
  path: string
  info: RuntimeInfo
  /** This process's own connection. Models loaded through it stay loaded as long as the runtime runs. */
  runtime: Runtime
  /** Resolves when the runtime has ended: closed, idle for too long, or crashed. */
  ended: Promise<'closed' | 'idle' | 'died'>
  close(): Promise<void>
}

/** Starts a runtime that serves all clients of this user, and lists it in $GRAIT_HOME. */
export async function serveRuntime(options: ServeOptions): Promise<RuntimeServer> {
  const command = await pythonCommand({ ...options, logLevel: 'info' })
  const args = options.idleMinutes === undefined ? command.args : [...command.args, '--idle-timeout', String(options.idleMinutes * 60)]
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const { session, info } = await RuntimeSession.open({ ...command, args }, { limits, onLog: options.onLog, signal: options.signal })
  session.stayAlive()
  const unlist = await listServed({
    pid: process.pid,
    host: hostname(),
    process: thisProcess(),
    path: session.path,
    started: new Date().toISOString(),
    version: PACKAGE_VERSION,
    device: info.device.kind,
  }).catch(async (error: unknown) => {
    // A runtime that nobody can find would keep this process alive for ever.
    await session.close()
    throw error
  })
  let closing = false
  return {
    path: session.path,
    info,
    runtime: new Runtime(session, info, (message) => options.onLog(ownLine(message))),
    ended: session.exited.then(({ status }) => {
      unlist()
      return closing ? 'closed' : status === 0 ? 'idle' : 'died'
    }),
    close: () => {
      closing = true
      return session.close()
    },
  }
}
