// Makes docs/models.md: every operation on a tiny model of every architecture. npm run models [-- ARCHITECTURE ...]
// Rows of docs/models.jsonl that were made with the same versions are kept, so it can be stopped and run again.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { devPython } from './python-dev.mjs'

const { python, env } = await devPython()
const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url))
const args = ['-m', 'tests.model_table', path('docs/models.jsonl'), path('docs/models.md'), ...process.argv.slice(2)]
const { status, error } = spawnSync(python, args, { cwd: path('py_runtime'), env, stdio: 'inherit' })
if (error) throw error
process.exitCode = status ?? 1
