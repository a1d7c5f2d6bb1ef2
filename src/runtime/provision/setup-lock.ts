import { GraitError } from '../../errors.js'
import { type LockTiming, withLock } from '../../locks/lock.js'
import { makeFolder } from '../../make-folder.js'

/** Longer than any set-up takes. */
const WAIT_LIMIT_MS = 60 * 60_000

export interface LockWait {
  /** Called with the process that is waited for, in words. */
  onWait: (owner: string) => void
  signal?: AbortSignal | undefined
  timing?: Partial<LockTiming> | undefined
}

/** Runs `work` while holding the lock at `path` (a folder that the lock creates). The work gets a signal that ends it. */
export async function withSetupLock<T>(
  folder: string,
  path: string,
  { onWait, signal, timing }: LockWait,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  await makeFolder(folder).catch((cause: unknown) => {
    throw new GraitError('setup_failed', `${folder} cannot be made: ${(cause as Error).message}`, {
      hint: 'set GRAIT_HOME to a folder that you may write to',
      cause,
    })
  })
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(waitedTooLong(path)), WAIT_LIMIT_MS)
  timer.unref()
  const ends = signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal])
  try {
    return await withLock(
      path,
      (_lock, lost) => {
        clearTimeout(timer)
        return work(lost)
      },
      { onWait, signal: ends, timing },
    )
  } catch (error) {
    throw limit.signal.aborted ? limit.signal.reason : error
  } finally {
    clearTimeout(timer)
  }
}

function waitedTooLong(path: string): GraitError {
  return new GraitError('setup_failed', `another set-up has held ${path} for an hour`, { hint: `end it, or remove ${path}` })
}
