import { GraitError } from '../../errors.js'
import { type Interpreter, isSupported, MINORS, probeInterpreter } from './interpreter.js'
import { runtimeEnv } from './python-env.js'
import { PY_RUNTIME_FOLDER } from './requirements.js'

/** Minimum package versions for the user's own interpreter. The managed environment has newer, pinned ones. */
const OLDEST: Record<string, string> = {
  torch: '2.6',
  transformers: '5.0',
  peft: '0.18',
  accelerate: '1.1',
  safetensors: '0.4',
  'huggingface-hub': '1.0',
  numpy: '1.26',
  msgspec: '0.18',
  pyzmq: '26',
  gguf: '0.17',
}

/** Checks the user's own interpreter (path or name) and rejects it with a list of all problems. Installs nothing. */
export async function checkOwnInterpreter(python: string): Promise<Interpreter> {
  const found = await probeInterpreter(python, Object.keys(OLDEST), runtimeEnv(false)).catch((cause: unknown) => {
    throw new GraitError('python_not_found', `${python} could not be run as a Python interpreter`, {
      hint: 'check GRAIT_PYTHON or runtime.python: it must be the path or name of a Python executable',
      cause,
    })
  })
  const wrong = shortcomings(found)
  if (wrong.length === 0) return found
  throw new GraitError('setup_failed', `${found.executable} cannot run the runtime: ${wrong.join(', ')}`, {
    hint: `${found.executable} -m pip install -r ${PY_RUNTIME_FOLDER}/requirements/runtime.in torch; or leave GRAIT_PYTHON and runtime.python unset for the managed environment`,
    details: { python: found.executable, wrong },
  })
}

/** What the interpreter lacks, one phrase each. */
export function shortcomings(found: Interpreter): string[] {
  const wrong = isSupported(found.minor) ? [] : [`Python is ${found.version} (needs ${MINORS[0]}-${MINORS.at(-1)})`]
  for (const [name, oldest] of Object.entries(OLDEST)) {
    const version = found.packages[name] ?? null
    if (version === null) wrong.push(`${name} is missing`)
    else if (isOlder(version, oldest)) wrong.push(`${name} is ${version} (needs ${oldest} or newer)`)
  }
  return wrong
}

/** Compares release numbers only: 2.13.0+cpu and 2.13.0rc1 count as 2.13.0. */
function isOlder(version: string, oldest: string): boolean {
  const [a, b] = [version, oldest].map((text) => (/^[\d.]+/.exec(text)?.[0] ?? '').split('.').map(Number)) as [number[], number[]]
  for (let i = 0; i < b.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}
