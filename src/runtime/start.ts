import pino from 'pino'
import { type BridgeLimits, DEFAULT_LIMITS } from '../bridge/limits.js'
import { type OptionNames, refuseUnknownOptions } from './calls/known-options.js'
import { type PythonOptions, pythonCommand } from './process/command.js'
import { type LogLevel, type LogLine, shows } from './process/log-lines.js'
import { RuntimeSession } from './process/session.js'
import { Runtime } from './runtime.js'
import { attach, attachTarget } from './served/attach.js'

/** How to start a runtime, or which one to attach to. */
export interface StartOptions extends PythonOptions {
  /**
   * Connect to a runtime that `grait serve` keeps alive instead of starting one: its path, or `auto` for the only one.
   * Device, threads and interpreter are then the served runtime's. Default: $GRAIT_ATTACH; null: start one in any case.
   */
  attach?: string | null | undefined
  /** Least level of the runtime's log that is shown; default `warn`. */
  logLevel?: LogLevel | undefined
  /** Takes the log lines shown; default: JSON lines on stderr. */
  onLog?: ((line: LogLine) => void) | undefined
  /** Aborting gives up on the start. */
  signal?: AbortSignal | undefined
  /** Waits other than the default ones. */
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
 * Start a runtime in a process of its own, or attach to a served one; makes the managed Python environment first where there is none yet.
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
  return new Runtime(session, info, (message) => onLog({ level: 'warn', message, source: 'grait', traceback: null }))
}

function stderrLog(): (line: LogLine) => void {
  const logger = pino({ name: 'grait-runtime', level: 'trace' }, pino.destination({ fd: 2, sync: true }))
  return ({ level, message, source, traceback }) =>
    logger[level]({ ...(source === null ? {} : { source }), ...(traceback === null ? {} : { traceback }) }, message)
}
