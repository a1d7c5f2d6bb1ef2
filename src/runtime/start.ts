import pino from 'pino'
import { type BridgeLimits, DEFAULT_LIMITS } from '../bridge/limits.js'
import { type PythonOptions, pythonCommand } from './command.js'
import { type LogLevel, type LogLine, shows } from './log-lines.js'
import { Runtime } from './runtime.js'
import { RuntimeSession } from './session.js'

export interface StartOptions extends PythonOptions {
  /** Least level of the runtime's log that is shown; default `warn`. */
  logLevel?: LogLevel | undefined
  /** Takes the log lines shown; default: JSON lines on stderr. */
  onLog?: ((line: LogLine) => void) | undefined
  /** Aborting gives up on the start. */
  signal?: AbortSignal | undefined
  /** Waits other than the default ones. */
  limits?: Partial<BridgeLimits> | undefined
}

/**
 * Start a runtime in a process of its own; makes the managed Python environment first where there is none yet.
 * @throws GraitError `python_not_found`, `setup_failed`, `runtime_died`, `runtime_not_ready`, `protocol_mismatch` or `cancelled`.
 */
export async function startRuntime(options: StartOptions = {}): Promise<Runtime> {
  const logLevel = options.logLevel ?? 'warn'
  const write = options.onLog ?? stderrLog()
  const onLog = (line: LogLine) => {
    if (shows(logLevel, line.level)) write(line)
  }
  const command = await pythonCommand({ ...options, logLevel })
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const { session, info } = await RuntimeSession.open(command, { limits, onLog, signal: options.signal })
  return new Runtime(session, info, (message) => onLog({ level: 'warn', message, source: 'grait', traceback: null }))
}

function stderrLog(): (line: LogLine) => void {
  const logger = pino({ name: 'grait-runtime', level: 'trace' }, pino.destination({ fd: 2, sync: true }))
  return ({ level, message, source, traceback }) =>
    logger[level]({ ...(source === null ? {} : { source }), ...(traceback === null ? {} : { traceback }) }, message)
}
