import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Name of an unfinished file or folder. */
export const TEMPORARY = /\.(\d+)\.tmp$/

/** Removes unfinished files and folders of killed processes under `dir`, named `<name>.<process>.tmp`. */
export async function removeLeftovers(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name)
    const maker = TEMPORARY.exec(entry.name)?.[1]
    if (maker !== undefined && processIsGone(Number(maker))) await rm(path, { recursive: true, force: true })
    else if (entry.isDirectory()) await removeLeftovers(path)
  }
}

function processIsGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
