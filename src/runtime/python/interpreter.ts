import { execa } from 'execa'
import { GraitError } from '../../errors.js'
import { cleanPythonEnv } from './python-env.js'

/** Facts about an interpreter, from running it once without heavy imports. */
export interface Interpreter {
  /** Absolute path; version managers' shims are resolved. */
  executable: string
  /** "3.11.7" */
  version: string
  /** "3.11" */
  minor: string
  /** venv and ensurepip are available (Debian packages them separately). */
  canMakeEnvironments: boolean
  /** Distribution name -> version; null if it is not installed. */
  packages: Record<string, string | null>
}

const PROBE = `
import importlib.metadata, importlib.util, json, platform, sys
def version(name):
    try: return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError: return None
found = lambda name: importlib.util.find_spec(name) is not None
print(json.dumps({
    "executable": sys.executable, "version": platform.python_version(), "minor": "%d.%d" % sys.version_info[:2],
    "canMakeEnvironments": found("venv") and found("ensurepip"), "packages": {name: version(name) for name in sys.argv[1:]},
}))`

/** Supported versions, as in py_runtime/pyproject.toml. */
export const MINORS = ['3.10', '3.11', '3.12', '3.13', '3.14']
/** The machine's own python3 comes first, as its pip is configured for it. */
const NAMES = ['python3', ...[...MINORS].reverse().map((minor) => `python${minor}`), 'python']

/** Runs `python` (path or name on PATH) to learn about it. Throws execa's error if it cannot be run. */
export async function probeInterpreter(
  python: string,
  packages: string[] = [],
  env: Record<string, string> = cleanPythonEnv(),
): Promise<Interpreter> {
  const { stdout } = await execa(python, ['-c', PROBE, ...packages], { env, extendEnv: false, timeout: 20_000, stdin: 'ignore' })
  return JSON.parse(stdout) as Interpreter
}

export function isSupported(minor: string): boolean {
  return MINORS.includes(minor)
}

/** The interpreter to create the managed environment with. `bare`: one without venv and ensurepip will do. */
export async function findBasePython({ bare = false } = {}): Promise<Interpreter> {
  const refused: string[] = []
  for (const name of NAMES) {
    const found = await probeInterpreter(name).catch(() => undefined)
    if (found === undefined) continue
    if (!isSupported(found.minor)) refused.push(`${name} is Python ${found.version}`)
    else if (!found.canMakeEnvironments && !bare) refused.push(`${name} (Python ${found.version}) lacks the modules venv and ensurepip`)
    else return found
  }
  const seen = refused.length === 0 ? 'no python3 is on the PATH' : [...new Set(refused)].join('; ')
  throw new GraitError('python_not_found', `no Python ${MINORS[0]}-${MINORS.at(-1)} that can make an environment was found: ${seen}`, {
    hint: installHint(),
    details: { refused },
  })
}

function installHint(): string {
  if (process.platform === 'darwin') return 'brew install python@3.12, then run this again'
  return 'sudo apt install python3 python3-venv (or your distribution’s packages), or set GRAIT_PYTHON to an interpreter that has PyTorch'
}
