// Runs a tool of the Python side in py_runtime: tsx scripts/python-tool.mjs pytest|ruff|mypy [arguments].
// The tools live in .venv-dev, which sees the packages of the runtime's own environment: no second PyTorch.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { devPython } from './python-dev.mjs'

const [tool, ...args] = process.argv.slice(2)
const { python, env } = await devPython()
const { status, error } = spawnSync(python, ['-m', tool, ...args], {
  cwd: fileURLToPath(new URL('../py_runtime', import.meta.url)),
  env,
  stdio: 'inherit',
})
if (error) throw error
process.exitCode = status ?? 1
