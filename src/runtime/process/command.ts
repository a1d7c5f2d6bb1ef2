import { GraitError } from '../../errors.js'
import { type ExtraPackages, provideExtraPackages } from '../provision/extra-packages.js'
import { type ProvideOptions, provideRuntime, type SetupProgress } from '../provision/provide.js'
import type { LaunchCommand } from './child.js'
import type { LogLevel } from './log-lines.js'

/** Which Python the runtime runs in, on which device and with how many threads. */
export interface PythonOptions {
  /** An interpreter of your own, with the required packages; default: GRAIT_PYTHON, else the managed environment. */
  python?: string | undefined
  /** Default `auto`. */
  device?: 'auto' | 'cpu' | 'cuda' | undefined
  /** Compute threads; default `auto`. */
  threads?: number | 'auto' | undefined
  /** Packages that the managed environment gets beside the usual ones: `nf4` for quantized base weights. */
  extras?: readonly ExtraPackages[] | undefined
  logLevel?: LogLevel | undefined
  /** Told how the set-up goes, where the managed environment has to be made first. */
  onSetup?: ((progress: SetupProgress) => void) | undefined
  signal?: AbortSignal | undefined
}

/** What Python's logging calls a level; its least verbose one stands for silence, which this side then keeps. */
const PYTHON_LEVELS: Readonly<Record<LogLevel, string>> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warning',
  error: 'error',
  silent: 'error',
}

/** What the caller's environment may change. */
export const DEFAULT_ENV: Readonly<Record<string, string>> = {
  TOKENIZERS_PARALLELISM: 'false',
  HF_HUB_DISABLE_TELEMETRY: '1',
  // How many turns PyTorch's threads wait awake for each other before they sleep. Small matrix products on 2 cores took, on
  // an idle machine and beside one busy process: 0 turns 28 and 53 ms, 1000 26 and 72, 5000 20 and 102, 20000 20 and 138,
  // 100000 18 and 342.
  GOMP_SPINCOUNT: '5000',
}

/** The command that starts the Python side, without the arguments of the wire. */
export async function pythonCommand(options: PythonOptions): Promise<LaunchCommand> {
  requireThreads(options.threads)
  const provided = await provideRuntime(provideOptions(options))
  for (const extra of options.extras ?? []) {
    await provideExtraPackages(provided, extra, { onProgress: options.onSetup, signal: options.signal })
  }
  const { python, env, runtimeDir } = provided
  const args = ['-m', 'grait_runtime', '--device', options.device ?? 'auto']
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
    ...(python === undefined ? {} : { python }),
    ...(device === undefined ? {} : { device }),
    ...(onSetup === undefined ? {} : { onProgress: onSetup }),
    ...(signal === undefined ? {} : { signal }),
  }
}
