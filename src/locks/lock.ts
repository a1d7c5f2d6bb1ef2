import { rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { type CancelOptions, throwIfCancelled } from '../cancellation.js'
import { writing } from '../disk-fault.js'
import { cancelledBy, GraitError } from '../errors.js'
import { onProcessExit } from '../exit-hook.js'
import { keepFresh } from './heartbeat.js'
import { makeLockFolder, readLockFolder, removeLockFolder } from './lock-folder.js'
import { newOwner, ownerInWords } from './owner.js'
import { OwnerWatch } from './owner-watch.js'

/** How often an owner shows that it lives, and how long a lock must show no sign of life before it is taken over. */
export interface LockTiming {
  heartbeatMs: number
  staleMs: number
  /** How often a waiting process looks. */
  pollMs: number
}

/** Longer than the clocks, caches and pauses of a shared disk need; the lock of a process that is seen to be gone is taken at once. */
export const LOCK_TIMING: LockTiming = { heartbeatMs: 2_000, staleMs: 60_000, pollMs: 250 }

export interface LockOptions extends CancelOptions {
  /** Called once if another process holds the lock, with its owner in words. */
  onWait?: ((owner: string) => void) | undefined
  /** Makes the error with which to give up, instead of waiting, once the owner (in words) is known to be alive. */
  refuse?: ((owner: string) => GraitError) | undefined
  timing?: Partial<LockTiming> | undefined
}

/** A lock that this process holds. */
export interface HeldLock {
  /** Random, and another one each time. */
  readonly id: string
  /** Aborted, with the GraitError as reason, if another process took the lock over. */
  readonly lost: AbortSignal
  /** Call before showing what was made. @throws GraitError run_conflict if another process took the lock over */
  check(): void
  release(): Promise<void>
}

/**
 * Runs `work` while this process holds the lock at `path`: a folder that exists as long as the lock is held. It holds between
 * processes, containers and hosts that share the disk. The work gets a signal that is aborted if the lock is lost or the caller
 * cancels.
 * @throws GraitError cancelled; run_conflict if another process took the lock over meanwhile; disk_full, disk_failed
 */
export async function withLock<T>(
  path: string,
  work: (lock: HeldLock, signal: AbortSignal) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const lock = await takeLock(path, options)
  try {
    const { signal } = options
    return await work(lock, signal === undefined ? lock.lost : AbortSignal.any([signal, lock.lost]))
  } catch (error) {
    // What the work says when its files are taken away is only a consequence.
    throw lock.lost.aborted ? lock.lost.reason : error
  } finally {
    await lock.release()
  }
}

/** Takes the lock at `path`, once nobody else holds it. Throws as `withLock` does. */
export async function takeLock(path: string, { onWait, refuse, timing, signal }: LockOptions = {}): Promise<HeldLock> {
  const times = { ...LOCK_TIMING, ...timing }
  const watch = new OwnerWatch(times)
  for (let told = false; ; ) {
    throwIfCancelled(signal)
    const taken = await tryLock(path, times)
    if (typeof taken !== 'string') return taken
    const { owner, alive, abandoned } = watch.look(readLockFolder(path))
    if (alive && refuse !== undefined) throw refuse(taken)
    if (abandoned) {
      await writing(path, () => removeLockFolder(path, owner?.id))
      continue
    }
    if (!told) onWait?.(taken)
    told = true
    await delay(times.pollMs, undefined, { signal }).catch(() => {
      throw cancelledBy(signal, `waiting for ${path} was cancelled`)
    })
  }
}

/** Takes the lock at `path` if nobody holds it. @returns the owner in words if somebody does */
async function tryLock(path: string, times: LockTiming): Promise<HeldLock | string> {
  const owner = newOwner()
  if (await writing(path, () => makeLockFolder(path, owner))) return held(path, owner.id, times)
  const other = readLockFolder(path)?.owner
  return other === undefined ? 'another process' : ownerInWords(other)
}

async function held(path: string, id: string, { heartbeatMs }: LockTiming): Promise<HeldLock> {
  const gone = new AbortController()
  const lose = () => gone.abort(lostError(path))
  const keepOnExit = onProcessExit(() => {
    if (readLockFolder(path)?.owner?.id === id) rmSync(path, { recursive: true, force: true })
  })
  const stop = await keepFresh(id, path, heartbeatMs, lose)
  return {
    id,
    lost: gone.signal,
    check() {
      if (!gone.signal.aborted && readLockFolder(path)?.owner?.id !== id) lose()
      gone.signal.throwIfAborted()
    },
    async release() {
      stop()
      keepOnExit()
      // It could not be removed: others see that this process is gone, or that its heart stands still.
      await removeLockFolder(path, id).catch(() => undefined)
    },
  }
}

function lostError(path: string): GraitError {
  return new GraitError(
    'run_conflict',
    `${path}: this process no longer holds this lock: another took it over after too long without a sign of life, or it was removed`,
    {
      hint: 'Run the same command again; finished work is kept. Do not stop or suspend a process that computes on a shared disk.',
      retryable: true,
    },
  )
}
