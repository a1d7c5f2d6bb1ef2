import { requireFreeBytes } from '../../disk/free-space.js'
import type { TorchBuild } from '../python/requirements.js'

const GB = 1e9

/** Bytes needed for an environment, its downloads and the converted embedded model. */
export function neededBytes(build: TorchBuild): number {
  return build === 'default' && process.platform === 'linux' ? 10 * GB : 2.5 * GB
}

/** Checks before starting that the set-up would not fill the disk. */
export async function requireSpace(folder: string, build: TorchBuild): Promise<void> {
  const hint = 'free some disk space, or set GRAIT_HOME to a folder on a disk that has it'
  await requireFreeBytes(folder, neededBytes(build), 'the managed environment needs', hint)
}
