import { processState } from '../process-mark.js'
import type { LockContent } from './lock-folder.js'
import type { LockOwner } from './owner.js'

/** What a look at a lock tells; neither alive nor abandoned: not known yet. */
interface Sight {
  owner: LockOwner | undefined
  alive: boolean
  abandoned: boolean
}

/** Watches a lock of another process until it is free, or abandoned. */
export class OwnerWatch {
  private seen: string | undefined
  private unchangedMs = 0
  private lookedMs = 0

  constructor(private readonly times: { staleMs: number; pollMs: number }) {}

  /**
   * Looks once. `alive`: the owner's process is seen, or its heart beats. `abandoned`: the owner's process is gone; or it can't be seen
   * from here, and its heart stood still for `staleMs`. Only
   * this process's clock counts, and no more of it than was spent looking: clocks of hosts differ, and this process may have been
   * stopped.
   */
  look(content: LockContent | undefined): Sight {
    const now = performance.now()
    const passed = Math.min(now - this.lookedMs, 2 * this.times.pollMs)
    this.lookedMs = now
    if (content === undefined) return { owner: undefined, abandoned: false, alive: false }
    const { owner, beat } = content
    const beats = this.seen !== undefined && beat !== this.seen
    this.unchangedMs = beat === this.seen ? this.unchangedMs + passed : 0
    this.seen = beat
    const state = owner === undefined ? 'unknown' : processState(owner)
    return {
      owner,
      alive: state === 'alive' || (state === 'unknown' && beats),
      abandoned: state === 'gone' || (state === 'unknown' && this.unchangedMs >= this.times.staleMs),
    }
  }
}
