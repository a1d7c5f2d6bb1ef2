// .venv-dev: pytest, ruff and mypy, and the optional packages that the tests exercise, beside the runtime's packages.
import { pythonBeside } from './python-beside.mjs'

/** The interpreter that has the tools, and the environment to run it with. */
export function devPython() {
  return pythonBeside('.venv-dev', ['dev', 'nf4'], 'the Python tools')
}
