import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { TEMPORARY } from '../../atomic-file.js'
import { stateOfShortMark } from '../../process-mark.js'

/** Age from which what a process made that can't be seen from here counts as left behind. */
const OLD_MS = 24 * 60 * 60 * 1000

/** Removes unfinished files and folders of killed processes under `dir`. */
export async function removeLeftovers(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name)
    const maker = TEMPORARY.exec(entry.name)?.[1]
    if (maker !== undefined && (await isLeft(path, maker))) await rm(path, { recursive: true, force: true })
    else if (maker === undefined && entry.isDirectory()) await removeLeftovers(path)
  }
}

async function isLeft(path: string, maker: string): Promise<boolean> {
  const state = stateOfShortMark(maker)
  if (state !== 'unknown') return state === 'gone'
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs > OLD_MS
}
