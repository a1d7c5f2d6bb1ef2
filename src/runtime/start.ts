import pino from 'pino'
import { type BridgeLimits, DEFAULT_LIMITS } from '../bridge/limits.js'
import { type OptionNames, refuseUnknownOptions } from './calls/known-options.js'
import { type PythonOptions, pythonCommand } from './process/command.js'
import { type LogLevel, type LogLine, ownLine, shows } from './process/log-lines.js'
import { RuntimeSession } from './process/session.js'
import { Runtime } from './runtime.js'
import { attach, attachTarget } from './served/attach.js'

/** Options of `startRuntime`: how to start a runtime, or which one to attach to. */
export interface StartOptions extends PythonOptions {
  /**
   * Connect to a runtime kept alive by `grait serve` instead of starting one: its path, or `auto` if there is only one.
   * Device, threads and interpreter are then those of the served runtime. Default: $GRAIT_ATTACH; null: always start a new one.
   */
  attach?: string | null | undefined
  /** Lowest level of the runtime's log that is shown; default `warn`. */
  logLevel?: LogLevel | undefined
  /** Called with each log line that is shown; default: JSON lines on stderr. */
  onLog?: ((line: LogLine) => void) | undefined
  /** Aborting cancels the start. */
  signal?: AbortSignal | undefined
  /** Timeouts and stream window that differ from DEFAULT_LIMITS. */
  limits?: Partial<BridgeLimits> | undefined
}

const START: OptionNames<StartOptions> = {
  python: true,
  device: true,
  threads: true,
  extras: true,
  logLevel: true,
  onSetup: true,
  signal: true,
  attach: true,
  onLog: true,
  limits: true,
}

/**
 * Starts a runtime in its own process, or attaches to a served one. Creates the managed Python environment first if there is none.
 * @throws GraitError `python_not_found`, `setup_failed`, `runtime_died`, `runtime_not_ready`, `protocol_mismatch` or `cancelled`.
 */
export async function startRuntime(options: StartOptions = {}): Promise<Runtime> {
  refuseUnknownOptions('startRuntime', options, START)
  const logLevel = options.logLevel ?? 'warn'
  const write = options.onLog ?? stderrLog()
  const onLog = (line: LogLine) => {
    if (shows(logLevel, line.level)) write(line)
  }
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const target = attachTarget(options.attach)
  const { session, info } =
    target === undefined
      ? await RuntimeSession.open(await pythonCommand({ ...options, logLevel }), { limits, onLog, signal: options.signal })
      : await attach(target, { limits, signal: options.signal })
  return new Runtime(session, info, (message) => onLog(ownLine(message)))
}

function stderrLog(): (line: LogLine) => void {
  const logger = pino({ name: 'grait-runtime', level: 'trace' }, pino.destination({ fd: 2, sync: true }))
  return ({ level, message, source, traceback }) =>
    logger[level]({ ...(source === null ? {} : { source }), ...(traceback === null ? {} : { traceback }) }, message)
}
