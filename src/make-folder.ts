import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and those above it that are missing. Node's own recursive mkdir never ends where a folder that is there denies
 * that anything can be in it, as /proc does.
 */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  const missing: string[] = []
  let folder = resolve(path)
  while (!(await isMade(folder, mode)) && dirname(folder) !== folder) {
    missing.push(folder)
    folder = dirname(folder)
  }
  for (const below of missing.reverse()) if (!(await isMade(below, mode))) await mkdir(below, { mode })
}

/** False if the folder above is missing. Throws what else the system says. */
async function isMade(folder: string, mode: number | undefined): Promise<boolean> {
  try {
    await mkdir(folder, { mode })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    if (await isFolder(folder)) return true
    throw error
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
