// .venv-dev: pytest, ruff and mypy, and the optional packages that the tests exercise, beside the runtime's packages.
import { venvBesideRuntime } from './venv-beside-runtime.mjs'

/** The interpreter that has the tools, and the environment to run it with. */
export function devPython() {
  return venvBesideRuntime('.venv-dev', ['dev.txt', 'nf4.txt'])
}
