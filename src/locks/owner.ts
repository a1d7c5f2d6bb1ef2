import { randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { processExists } from './process-exists.js'

/** Who holds a lock. */
export interface LockOwner {
  /** Another one for every lock that is taken. */
  id: string
  host: string
  /** Since the kernel started; null where the system doesn't tell. Containers of one machine share it. */
  boot: string | null
  /** Processes are numbered anew in every namespace (container); null where there are none. */
  pidNamespace: string | null
  pid: number
  /** When the process started, in the kernel's own clock: a number that is used again has another. Null: unknown. */
  started: string | null
}

/**
 * Whether the process of an owner is still there. `unknown`: it can't be seen from here (another host, another container), or a
 * process with its number could be another one.
 */
export type OwnerState = 'alive' | 'gone' | 'unknown'

/** Describes this process as the owner of a new lock. */
export function newOwner(): LockOwner {
  return { id: randomBytes(12).toString('hex'), ...place(), pid: process.pid, started: startOf('self') }
}

export function ownerState({ host, boot, pidNamespace, pid, started }: LockOwner): OwnerState {
  const here = place()
  if (pidNamespace !== here.pidNamespace || (boot ?? host) !== (here.boot ?? here.host)) return 'unknown'
  if (!processExists(pid)) return 'gone'
  const now = startSeenHere(pid)
  if (started === null || now === null) return 'unknown'
  return now === started ? 'alive' : 'gone'
}

/** An owner in words: "process 1234 on this machine", "process 7 on the host build-3, or in a container". */
export function ownerInWords(owner: LockOwner): string {
  const here = place()
  const near = owner.pidNamespace === here.pidNamespace && (owner.boot ?? owner.host) === (here.boot ?? here.host)
  return near ? `process ${owner.pid}` : `process ${owner.pid} of the host or container ${owner.host}`
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

let placeHere: Pick<LockOwner, 'host' | 'boot' | 'pidNamespace'> | undefined

function place(): Pick<LockOwner, 'host' | 'boot' | 'pidNamespace'> {
  placeHere ??= {
    host: hostname(),
    boot: orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: orNull(() => readlinkSync('/proc/self/ns/pid')),
  }
  return placeHere
}

/** Null also where /proc shows another namespace than this process's: its numbers are of other processes. */
function startSeenHere(pid: number): string | null {
  if (orNull(() => readlinkSync('/proc/self')) !== String(process.pid)) return null
  return startOf(String(pid))
}

/** Field 22 of /proc/<pid>/stat (proc_pid_stat(5)); the name in field 2 may hold anything, also brackets. */
function startOf(process: string): string | null {
  const stat = orNull(() => readFileSync(`/proc/${process}/stat`, 'latin1'))
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

function orNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
