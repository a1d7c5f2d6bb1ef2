// Makes .venv-dev: pytest, ruff and mypy beside the packages of the runtime's environment. Where it is up to date, it
// costs nothing.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { pipInstall } from '../src/runtime/provision/pip.ts'
import { provideRuntime } from '../src/runtime/provision/provide.ts'
import { cleanPythonEnv } from '../src/runtime/provision/python-env.ts'

const folder = fileURLToPath(new URL('../.venv-dev', import.meta.url))
const requirements = fileURLToPath(new URL('../py_runtime/requirements/dev.txt', import.meta.url))
const python = join(folder, 'bin', 'python')
const marker = join(folder, 'complete')

/** The interpreter that has the tools, and the environment to run it with. */
export async function devPython() {
  const runtime = await provideRuntime({ onProgress: ({ step, detail }) => process.stderr.write(`setup: ${step} ${detail ?? ''}\n`) })
  const wanted = createHash('sha256').update(readFileSync(requirements)).update(runtime.python).digest('hex')
  const upToDate = existsSync(marker) && existsSync(python) && readFileSync(marker, 'utf8') === wanted
  if (!upToDate) await make(runtime, wanted)
  return { python, env: runtime.env }
}

async function make(runtime, wanted) {
  process.stderr.write('setup: the Python tools\n')
  rmSync(folder, { recursive: true, force: true })
  const options = { env: cleanPythonEnv(), extendEnv: false }
  await execa(runtime.python, ['-m', 'venv', folder], options)
  await pipInstall(python, 'the Python tools', ['--no-deps', '--require-hashes', '-r', requirements])
  const purelib = 'import sysconfig; print(sysconfig.get_path("purelib"))'
  const [shared, own] = await Promise.all([runtime.python, python].map((each) => execa(each, ['-c', purelib], options)))
  writeFileSync(join(own.stdout, 'runtime.pth'), `${shared.stdout}\n`)
  writeFileSync(marker, wanted)
}
