import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { provideRuntime } from '../../src/runtime/provision/provide.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** An interpreter that has the runtime's packages. */
    python: string
    /** Folder of a tiny random Llama with a tiny tokenizer. */
    tinyModel: string
  }
}

/** Gives the tests an interpreter (GRAIT_TEST_PYTHON, else the managed one, made when needed) and a tiny model. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const own = process.env['GRAIT_TEST_PYTHON']
  const { python, env, runtimeDir } = await provideRuntime(own === undefined ? {} : { python: own })
  const folder = await mkdtemp(join(tmpdir(), 'grait-test-'))
  const tinyModel = join(folder, 'tiny-llama')
  await promisify(execFile)(python, ['-m', 'tests.tiny', tinyModel, '--architecture', 'llama'], { cwd: runtimeDir, env })
  project.provide('python', python)
  project.provide('tinyModel', tinyModel)
  return () => rm(folder, { recursive: true, force: true })
}
