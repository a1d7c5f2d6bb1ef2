// .venv-dev: pytest, ruff and mypy beside the packages of the runtime's environment.
import { pythonBeside } from './python-beside.mjs'

/** The interpreter that has the tools, and the environment to run it with. */
export function devPython() {
  return pythonBeside('.venv-dev', 'dev', 'the Python tools')
}
