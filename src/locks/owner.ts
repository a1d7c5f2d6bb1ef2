import { randomBytes } from 'node:crypto'
import { isNear, type ProcessMark, thisProcess } from '../process-mark.js'

/** Who holds a lock. */
export interface LockOwner extends ProcessMark {
  /** Another one for every lock that is taken. */
  id: string
}

/** Describes this process as the owner of a new lock. */
export function newOwner(): LockOwner {
  return { id: randomBytes(12).toString('hex'), ...thisProcess() }
}

/** An owner in words: "process 1234", "process 7 of the host or container build-3". */
export function ownerInWords(owner: LockOwner): string {
  return isNear(owner) ? `process ${owner.pid}` : `process ${owner.pid} of the host or container ${owner.host}`
}

/** The owner that a lock's file describes; undefined if it is no such description. */
export function parseOwner(text: string): LockOwner | undefined {
  try {
    const { id, host, boot, pidNamespace, pid, started } = JSON.parse(text) as LockOwner
    const whole = typeof id === 'string' && typeof host === 'string' && Number.isSafeInteger(pid) && pid > 0
    return whole ? { id, host, boot, pidNamespace, pid, started } : undefined
  } catch {
    return undefined
  }
}
