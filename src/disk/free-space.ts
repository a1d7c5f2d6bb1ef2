import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { GraitError } from '../errors.js'
import { byteWords } from './byte-words.js'

/** Free bytes on the disk where `folder` is or would be created. */
export async function freeBytes(folder: string): Promise<number> {
  for (let path = folder; ; path = dirname(path)) {
    const stats = await statfs(path).catch(() => undefined)
    if (stats !== undefined) return stats.bavail * stats.bsize
    if (path === dirname(path)) return Number.POSITIVE_INFINITY
  }
}

/** @throws GraitError disk_full if fewer bytes are free; `whatNeeds` begins its message */
export async function requireFreeBytes(folder: string, neededBytes: number, whatNeeds: string, hint: string): Promise<void> {
  const free = await freeBytes(folder)
  if (free >= neededBytes) return
  throw new GraitError('disk_full', `${whatNeeds} ${byteWords(neededBytes)} in ${folder}, ${byteWords(free)} are free`, {
    hint,
    details: { folder, freeBytes: free, neededBytes },
  })
}
