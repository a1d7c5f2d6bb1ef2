import { delimiter } from 'node:path'
import { graitHome } from '../../grait-home.js'
import { PY_RUNTIME_FOLDER } from './requirements.js'

/** Environment variables that would lead a managed interpreter, or its pip, to other packages. */
const MISLEADING = [
  'PYTHONHOME',
  'PYTHONPATH',
  'PYTHONSTARTUP',
  'PYTHONUSERBASE',
  'PYTHONDONTWRITEBYTECODE',
  'VIRTUAL_ENV',
  '__PYVENV_LAUNCHER__',
  'PIP_TARGET',
  'PIP_PREFIX',
  'PIP_ROOT',
  'PIP_CONSTRAINT',
  'PIP_REQUIREMENT',
  'PIP_REQUIRE_HASHES',
  'PIP_NO_DEPS',
  'PIP_NO_COMPILE',
  'PIP_NO_BINARY',
  'PIP_DRY_RUN',
  'PIP_REPORT',
  'PIP_QUIET',
  'PIP_VERBOSE',
  'PIP_PYTHON',
]

/** The caller's environment for Python and pip, without misleading variables; pip's sources, proxies and certificates are kept. */
export function cleanPythonEnv(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept = Object.entries(env).filter(([name, value]) => value !== undefined && !MISLEADING.includes(name)) as [string, string][]
  return {
    ...Object.fromEntries(kept),
    PYTHONNOUSERSITE: '1',
    PYTHONUNBUFFERED: '1',
    PIP_USER: '0',
    PIP_NO_INPUT: '1',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
  }
}

/** The complete environment of a runtime process: grait_runtime can be imported, files of the working directory cannot. */
export function runtimeEnv(managed: boolean, env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const base = managed
    ? cleanPythonEnv(env)
    : (Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)) as Record<string, string>)
  const path = base['PYTHONPATH'] ? [PY_RUNTIME_FOLDER, base['PYTHONPATH']].join(delimiter) : PY_RUNTIME_FOLDER
  return { ...base, PYTHONPATH: path, PYTHONSAFEPATH: '1', PYTHONUNBUFFERED: '1', GRAIT_HOME: graitHome(env) }
}
