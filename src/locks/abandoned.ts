import { stat } from 'node:fs/promises'
import { processState } from '../process-mark.js'
import { LOCK_TIMING } from './lock.js'
import { ownerFile, readLockFolder } from './lock-folder.js'

/**
 * Whether a lock seems to be left by a process that was killed; the next that needs it takes it over. A guess from one look: of an owner
 * that can't be seen from here, the time of the last heartbeat is compared with this machine's clock.
 */
export async function looksAbandoned(path: string, now = Date.now()): Promise<boolean> {
  const owner = readLockFolder(path)?.owner
  const state = owner === undefined ? 'unknown' : processState(owner)
  if (state !== 'unknown') return state === 'gone'
  const found = (await stat(ownerFile(path)).catch(() => undefined)) ?? (await stat(path).catch(() => undefined))
  return found !== undefined && now - found.mtimeMs > LOCK_TIMING.staleMs
}
