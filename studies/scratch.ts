import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type LoadedConfig, loadConfig } from 'grait'

/** A file of configs/ with settings on top. */
export function studyConfig(config: string, settings: readonly string[]): LoadedConfig {
  return loadConfig(fileURLToPath(new URL(`../configs/${config}`, import.meta.url)), [...settings])
}

/** A folder for one run, which is removed after it; finished stages stay where all runs find them. */
export async function inScratchFolder<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'grait-study-'))
  try {
    return await use(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
