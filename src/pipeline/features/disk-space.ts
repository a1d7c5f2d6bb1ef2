import { stat } from 'node:fs/promises'
import { requireFreeBytes } from '../../disk/free-space.js'

const HINT =
  'Free some space, set cache.dir to a folder on a larger disk, or store less: a smaller gradients.projection.dim, dtype float16.'

/** Checks before starting that the work would not fill the disk of `folder`. */
export function requireFreeSpace(folder: string, neededBytes: number, what: string): Promise<void> {
  return requireFreeBytes(folder, neededBytes, `${what} need`, HINT)
}

/** Whether two folders lie on one file system. */
export async function sameDisk(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([one, other].map(async (path) => (await stat(path)).dev))
  return first === second
}
