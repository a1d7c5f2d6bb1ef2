import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { GraitError } from '../../errors.js'
import type { TorchBuild } from './requirements.js'

const GB = 1e9

/** Bytes needed for an environment, its downloads and the converted embedded model. */
export function neededBytes(build: TorchBuild): number {
  return build === 'default' && process.platform === 'linux' ? 10 * GB : 2.5 * GB
}

/** Free bytes on the disk where `folder` is or would be created. */
export async function freeBytes(folder: string): Promise<number> {
  for (let path = folder; ; path = dirname(path)) {
    const stats = await statfs(path).catch(() => undefined)
    if (stats !== undefined) return stats.bavail * stats.bsize
    if (path === dirname(path)) return Number.POSITIVE_INFINITY
  }
}

/** Checks before starting that the set-up would not fill the disk. */
export async function requireSpace(folder: string, build: TorchBuild): Promise<void> {
  const hint = 'free some disk space, or set GRAIT_HOME to a folder on a disk that has it'
  await requireFreeBytes(folder, neededBytes(build), 'the managed environment needs', hint)
}

/** @throws GraitError disk_full if fewer bytes are free; `whatNeeds` begins its message */
export async function requireFreeBytes(folder: string, neededBytes: number, whatNeeds: string, hint: string): Promise<void> {
  const free = await freeBytes(folder)
  if (free >= neededBytes) return
  throw new GraitError('disk_full', `${whatNeeds} ${gigabytes(neededBytes)} in ${folder}, ${gigabytes(free)} are free`, {
    hint,
    details: { folder, freeBytes: free, neededBytes },
  })
}

export function gigabytes(bytes: number): string {
  return `${(bytes / GB).toFixed(1)} GB`
}
