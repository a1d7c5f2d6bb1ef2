// Makes a virtual environment in the checkout that sees the packages of the runtime's own: no second PyTorch. Where it
// is up to date, it costs nothing.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { pipInstall } from '../src/runtime/provision/pip.ts'
import { provideRuntime } from '../src/runtime/provision/provide.ts'
import { cleanPythonEnv } from '../src/runtime/provision/python-env.ts'

/** The interpreter of folder `name`, which has the packages of these requirement files, and the environment to run it with. */
export async function venvBesideRuntime(name, files) {
  const runtime = await provideRuntime({ onProgress: ({ step, detail }) => process.stderr.write(`setup: ${step} ${detail ?? ''}\n`) })
  const folder = fileURLToPath(new URL(`../${name}`, import.meta.url))
  const requirements = files.map((file) => fileURLToPath(new URL(`../py_runtime/requirements/${file}`, import.meta.url)))
  const python = join(folder, 'bin', 'python')
  const marker = join(folder, 'complete')
  const wanted = createHash('sha256').update(runtime.python)
  for (const file of requirements) wanted.update(readFileSync(file))
  const digest = wanted.digest('hex')
  if (!existsSync(marker) || !existsSync(python) || readFileSync(marker, 'utf8') !== digest) {
    await make(runtime, folder, python, requirements)
    writeFileSync(marker, digest)
  }
  return { python, env: runtime.env }
}

async function make(runtime, folder, python, requirements) {
  process.stderr.write(`setup: ${folder}\n`)
  rmSync(folder, { recursive: true, force: true })
  const options = { env: cleanPythonEnv(), extendEnv: false }
  await execa(runtime.python, ['-m', 'venv', folder], options)
  await pipInstall(python, 'Python packages', ['--no-deps', '--require-hashes', ...requirements.flatMap((file) => ['-r', file])])
  const purelib = 'import sysconfig; print(sysconfig.get_path("purelib"))'
  const [shared, own] = await Promise.all([runtime.python, python].map((each) => execa(each, ['-c', purelib], options)))
  writeFileSync(join(own.stdout, 'runtime.pth'), `${shared.stdout}\n`)
}
