import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { type BridgeLimits, DEFAULT_LIMITS } from '../../bridge/limits.js'
import { type PythonOptions, pythonCommand } from '../process/command.js'
import { makeSocketFolder } from '../process/socket-folder.js'
import { Runtime } from '../runtime.js'
import { AttachedSession } from '../served/attached-session.js'
import { lastFrameOf } from './python-traceback.js'

/** A live Python object: properties, items and calls go to Python and must be awaited. */
export type PythonObject = unknown

/** Evaluates Python: a tagged template with an expression. */
interface Evaluator {
  (code: TemplateStringsArray, ...values: unknown[]): Promise<PythonObject>
  /** Runs statements. */
  exec(code: TemplateStringsArray, ...values: unknown[]): Promise<PythonObject>
  tuple(...items: unknown[]): Promise<PythonObject>
  set(...items: unknown[]): Promise<PythonObject>
  enumerate(items: PythonObject): Promise<PythonObject>
  with(context: PythonObject, body: (handle: PythonObject) => Promise<void>): Promise<void>
}

/** Access to Python: evaluates code; `import` returns a live module. */
export interface Python extends Evaluator {
  import(module: string): Promise<PythonObject>
}

export interface LiveOptions extends PythonOptions {
  warn(message: string): void
  limits?: Partial<BridgeLimits> | undefined
}

/** grait_runtime.service.hosted.HostedRuntime, as seen through pythonia. */
interface HostedRuntime {
  live(handle: string): Promise<PythonObject>
  stop(): Promise<void>
}

interface Pythonia {
  python: { (module: string): Promise<PythonObject>; exit(): void }
  py: Evaluator
}

/**
 * Starts a runtime inside a pythonia interpreter: typed calls go over ZeroMQ to one of its threads, live objects through
 * pythonia to its main thread, and both use the same copy of the weights. Only one per process: pythonia has one interpreter.
 */
export async function startLiveRuntime(options: LiveOptions): Promise<{ runtime: Runtime; python: Python }> {
  const { executable, env } = await pythonCommand(options)
  const pythonia = await importPythonia(executable, env)
  const folder = makeSocketFolder()
  try {
    const hosted = await hostedRuntime(pythonia, [folder.dataEndpoint, folder.controlEndpoint, options.device ?? 'auto'], options.threads)
    const limits = { ...DEFAULT_LIMITS, ...options.limits }
    const { session, info } = await AttachedSession.open(folder.path, { limits, signal: options.signal, hint: 'Start the REPL again.' })
    const connection = {
      client: session.client,
      live: (handle: string) => hosted.live(handle),
      close: async () => {
        await session.close()
        pythonia.python.exit()
        folder.remove()
      },
    }
    return { runtime: new Runtime(connection, info, options.warn), python: pythonOf(pythonia) }
  } catch (error) {
    pythonia.python.exit()
    folder.remove()
    throw error
  }
}

/** pythonia starts Python when it is imported, with the environment variables of that moment. */
async function importPythonia(executable: string, env: NodeJS.ProcessEnv): Promise<Pythonia> {
  const require = createRequire(import.meta.url)
  const own = dirname(require.resolve('pythonia'))
  const wanted: NodeJS.ProcessEnv = {
    ...env,
    PYTHON_BIN: executable,
    // No time limit: a live call may train a model.
    REQ_TIMEOUT: '0',
    // PYTHONSAFEPATH, which prevents importing files of the working folder as modules, also hides pythonia's own modules.
    PYTHONPATH: [env['PYTHONPATH'], own].filter(Boolean).join(delimiter),
    // Progress bars of libraries would overwrite the prompt.
    HF_HUB_DISABLE_PROGRESS_BARS: '1',
    TQDM_DISABLE: '1',
  }
  const before = { ...process.env }
  Object.assign(process.env, wanted)
  try {
    const { default: pythonia } = (await import('pythonia')) as unknown as { default: Pythonia }
    // pythonia's message quotes a line of the caller's file, and a prompt has no file.
    const errors = require(join(own, 'errors.js')) as { getErrorMessage: (call: string, ours: string, theirs: string) => string }
    errors.getErrorMessage = (_call, _ours, theirs) => lastFrameOf(theirs)
    return pythonia
  } finally {
    for (const name of Object.keys(wanted)) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  }
}

async function hostedRuntime(pythonia: Pythonia, args: readonly string[], threads: LiveOptions['threads']): Promise<HostedRuntime> {
  const module = (await pythonia.python('grait_runtime.service.hosted')) as { HostedRuntime(...args: unknown[]): Promise<HostedRuntime> }
  return module.HostedRuntime(...args, ...(typeof threads === 'number' ? [threads] : []))
}

function pythonOf({ python, py }: Pythonia): Python {
  const evaluate = (code: TemplateStringsArray, ...values: unknown[]) => py(code, ...values)
  return Object.assign(evaluate, {
    import: (module: string) => python(module),
    exec: py.exec,
    tuple: py.tuple,
    set: py.set,
    enumerate: py.enumerate,
    with: py.with,
  })
}
