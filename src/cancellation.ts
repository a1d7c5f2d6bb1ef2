import { setImmediate } from 'node:timers/promises'
import { cancelledBy } from './errors.js'

/** Options of long work: how to cancel it. */
export interface CancelOptions {
  /** Aborting cancels the work, which then fails with `cancelled` and the signal's reason as cause. */
  signal?: AbortSignal | undefined
}

/** How long a loop may keep the event loop to itself: signals, timers and progress wait for it. */
const TURN_MS = 20

/**
 * Lets a long loop give way to signals and timers. Call the returned function in every round; if it returns a promise, await it.
 * @throws GraitError cancelled, once `signal` is aborted
 */
export function givingWay(signal: AbortSignal | undefined): () => Promise<void> | undefined {
  let until = performance.now() + TURN_MS
  const pause = async () => {
    await setImmediate()
    throwIfCancelled(signal)
    until = performance.now() + TURN_MS
  }
  throwIfCancelled(signal)
  return () => (performance.now() < until ? undefined : pause())
}

/** @throws GraitError cancelled, with the signal's reason as cause */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelledBy(signal)
}
