import type { DeviceChoice } from '../../config/device.js'
import { GraitError } from '../../errors.js'
import { type ExtraPackages, provideExtraPackages } from '../provision/extra-packages.js'
import { type ProvideOptions, provideRuntime, type SetupProgress } from '../provision/provide.js'
import type { LaunchCommand } from './child.js'
import type { LogLevel } from './log-lines.js'

/** Options that decide which Python the runtime runs in, on which device and with how many threads. */
export interface PythonOptions {
  /** Your own Python interpreter, with the required packages; default: GRAIT_PYTHON, otherwise the managed environment. */
  python?: string | undefined
  /** Device to compute on; default `auto`. */
  device?: DeviceChoice | undefined
  /** Number of compute threads; default `auto`. */
  threads?: number | 'auto' | undefined
  /** Extra packages to install in the managed environment: `nf4` for quantized base weights. */
  extras?: readonly ExtraPackages[] | undefined
  logLevel?: LogLevel | undefined
  /**
   * Called with the progress of the set-up, if the managed environment has to be created first. Default: one line on stderr says
   * what is installed, where and how large it is.
   */
  onSetup?: ((progress: SetupProgress) => void) | undefined
  signal?: AbortSignal | undefined
}

/** Names of the levels in Python's logging; `silent` becomes `error`, and this side then shows nothing. */
const PYTHON_LEVELS: Readonly<Record<LogLevel, string>> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warning',
  error: 'error',
  silent: 'error',
}

/** Settings that the caller's environment may override. */
export const DEFAULT_ENV: Readonly<Record<string, string>> = {
  TOKENIZERS_PARALLELISM: 'false',
  HF_HUB_DISABLE_TELEMETRY: '1',
  // How many spins PyTorch's threads wait for each other before they sleep. Time of small matrix products on 2 cores, on an idle
  // machine and next to one busy process: 0 spins 28 and 53 ms, 1000 26 and 72, 5000 20 and 102, 20000 20 and 138, 100000 18
  // and 342.
  GOMP_SPINCOUNT: '5000',
}

/** The command that starts the Python side, without the connection arguments; or another module that takes the same options. */
export async function pythonCommand(options: PythonOptions, module = 'grait_runtime'): Promise<LaunchCommand> {
  requireThreads(options.threads)
  const provided = await provideRuntime(provideOptions(options))
  for (const extra of options.extras ?? []) {
    await provideExtraPackages(provided, extra, { onProgress: options.onSetup, signal: options.signal })
  }
  const { python, env, runtimeDir } = provided
  const args = ['-m', module, '--device', options.device ?? 'auto']
  if (options.threads !== undefined && options.threads !== 'auto') args.push('--threads', String(options.threads))
  if (options.logLevel !== undefined) args.push('--log-level', PYTHON_LEVELS[options.logLevel])
  return {
    executable: python,
    args,
    // `-m` looks for modules in the working folder first (before Python 3.11 there is no way to tell it not to).
    cwd: runtimeDir,
    env: { ...DEFAULT_ENV, ...env },
  }
}

function requireThreads(threads: PythonOptions['threads']): void {
  if (threads === undefined || threads === 'auto' || (Number.isSafeInteger(threads) && threads > 0)) return
  throw new GraitError('invalid_request', `threads is ${threads}`, { hint: "Give a whole number of at least 1, or 'auto'." })
}

function provideOptions({ python, device, onSetup, signal }: PythonOptions): ProvideOptions {
  return {
    python,
    device,
    onProgress: onSetup,
    signal,
  }
}
