import { mkdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { lock } from 'proper-lockfile'
import { cancelledBy, GraitError } from '../../errors.js'

/** If its owner has not touched a lock for this long, the owner was killed. */
export const STALE_MS = 12_000
const TOUCH_MS = 3_000
const POLL_MS = 250
/** Longer than any set-up takes. */
const WAIT_LIMIT_MS = 60 * 60_000

export interface LockWait {
  onWait: () => void
  signal?: AbortSignal | undefined
}

/** Runs `work` while holding the lock at `path` (a folder that the lock creates). */
export async function withSetupLock<T>(folder: string, path: string, wait: LockWait, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new GraitError('setup_failed', `${folder} cannot be made: ${(cause as Error).message}`, {
      hint: 'set GRAIT_HOME to a folder that you may write to',
      cause,
    })
  })
  const release = await acquire(path, wait)
  try {
    return await work()
  } finally {
    await release().catch(() => undefined)
  }
}

async function acquire(path: string, { onWait, signal }: LockWait): Promise<() => Promise<void>> {
  const deadline = Date.now() + WAIT_LIMIT_MS
  for (let told = false; ; ) {
    if (signal?.aborted) throw cancelledBy(signal, 'waiting for another set-up was cancelled')
    try {
      return await lock(path, { lockfilePath: path, realpath: false, stale: STALE_MS, update: TOUCH_MS, onCompromised: () => undefined })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw notWritable(path, error)
    }
    if (Date.now() > deadline)
      throw new GraitError('setup_failed', `another set-up has held ${path} for an hour`, { hint: `end it, or remove ${path}` })
    if (!told) onWait()
    told = true
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined)
  }
}

function notWritable(path: string, cause: unknown): GraitError {
  return new GraitError('setup_failed', `the set-up lock ${path} cannot be taken: ${(cause as Error).message}`, {
    hint: 'set GRAIT_HOME to a folder that you may write to',
    cause,
  })
}
