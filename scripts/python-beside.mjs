// Virtual environments of the repository that see the packages of the runtime's own environment: tools without a second
// PyTorch. Where one is up to date, it costs nothing.
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { withLock } from '../src/locks/lock.ts'
import { pipInstall } from '../src/runtime/installers/pip.ts'
import { provideRuntime } from '../src/runtime/provision/provide.ts'
import { cleanPythonEnv } from '../src/runtime/python/python-env.ts'

/** Published as source alone, and pure Python. */
const PURE_SOURCES = 'rouge-score,sqlitedict,word2number'

const root = fileURLToPath(new URL('..', import.meta.url))
const requirementsFile = (name) => join(root, 'py_runtime', 'requirements', `${name}.txt`)

/**
 * @param folder name of the environment's folder in the repository
 * @param requirements names of pinned requirements files; what the runtime has is not installed again
 * @param what the packages in words
 * @returns the interpreter, and the environment variables to run it with
 */
export async function pythonBeside(folder, requirements, what) {
  const runtime = await provideRuntime({ onProgress: ({ step, detail }) => process.stderr.write(`setup: ${step} ${detail ?? ''}\n`) })
  const digest = createHash('sha256').update(runtime.python)
  for (const name of requirements) digest.update(readFileSync(requirementsFile(name)))
  const wanted = digest.digest('hex')
  const path = join(root, folder)
  await withLock(`${path}.lock`, async () => {
    const marker = join(path, 'complete')
    const upToDate = existsSync(join(path, 'bin', 'python')) && existsSync(marker) && readFileSync(marker, 'utf8') === wanted
    if (!upToDate) await make(path, requirements, what, runtime.python)
    writeFileSync(marker, wanted)
  })
  return { python: join(path, 'bin', 'python'), env: runtime.env }
}

async function make(path, requirements, what, runtimePython) {
  process.stderr.write(`setup: ${what}\n`)
  rmSync(path, { recursive: true, force: true })
  const options = { env: cleanPythonEnv(), extendEnv: false }
  await execa(runtimePython, ['-m', 'venv', path], options)
  const python = join(path, 'bin', 'python')
  const temporary = mkdtempSync(join(tmpdir(), 'grait-requirements-'))
  try {
    const file = join(temporary, 'requirements.txt')
    const names = 'from importlib.metadata import distributions; print(*[each.name for each in distributions()])'
    const { stdout } = await execa(runtimePython, ['-c', names], options)
    const present = stdout.split(' ')
    writeFileSync(file, requirements.map((name) => entriesWithout(requirementsFile(name), present)).join(''))
    await pipInstall(python, what, ['--no-deps', '--require-hashes', '--no-binary', PURE_SOURCES, '-r', file])
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
  const purelib = 'import sysconfig; print(sysconfig.get_path("purelib"))'
  const [shared, own] = await Promise.all([runtimePython, python].map((each) => execa(each, ['-c', purelib], options)))
  writeFileSync(join(own.stdout, 'runtime.pth'), `${shared.stdout}\n`)
}

/** The entries of a pinned file whose packages are not there yet. */
function entriesWithout(file, present) {
  const canonical = (name) => name.toLowerCase().replace(/[-_.]+/g, '-')
  const there = new Set(present.map(canonical))
  return readFileSync(file, 'utf8')
    .split(/^(?=[\w.-]+==)/m)
    .filter((entry) => !there.has(canonical(entry.slice(0, entry.indexOf('==')))))
    .join('')
}
