import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { processExists } from '../../locks/process-exists.js'

/** Name of an unfinished file or folder. */
export const TEMPORARY = /\.(\d+)\.tmp$/

/** Removes unfinished files and folders of killed processes under `dir`, named `<name>.<process>.tmp`. */
export async function removeLeftovers(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name)
    const maker = TEMPORARY.exec(entry.name)?.[1]
    if (maker !== undefined && !processExists(Number(maker))) await rm(path, { recursive: true, force: true })
    else if (entry.isDirectory()) await removeLeftovers(path)
  }
}
