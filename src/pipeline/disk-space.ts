import { GraitError } from '../errors.js'
import { freeBytes, gigabytes } from '../runtime/provision/disk.js'

/** Refuses to begin what would fill the disk of `folder`. */
export async function requireFreeSpace(folder: string, neededBytes: number, what: string): Promise<void> {
  const free = await freeBytes(folder)
  if (free >= neededBytes) return
  throw new GraitError('disk_full', `${what} need ${gigabytes(neededBytes)} in ${folder}, ${gigabytes(free)} are free`, {
    hint: 'Free some space, set cache.dir to a folder on a larger disk, or store less: a smaller gradients.projection.dim, dtype float16.',
    details: { folder, neededBytes, freeBytes: free },
  })
}
