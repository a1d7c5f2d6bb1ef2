import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** What tells a process from all others, also from those of other containers and hosts, and from a later one of the same number. */
export interface ProcessMark {
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
 * Whether a process is still there. `unknown`: it can't be seen from here (another host, another container), or a process with its
 * number could be another one.
 */
export type ProcessState = 'alive' | 'gone' | 'unknown'

export function thisProcess(): ProcessMark {
  return { ...placeHere(), pid: process.pid, started: startOf('self') }
}

export function processState(mark: ProcessMark): ProcessState {
  return isNear(mark) ? stateHere(mark.pid, mark.started) : 'unknown'
}

/** Whether a process lies in this container of this machine, so that its number means the same as here. */
export function isNear(mark: Pick<ProcessMark, 'host' | 'boot' | 'pidNamespace'>): boolean {
  return placeText(mark) === placeText(placeHere())
}

/** This process in a few characters, for the name of a file. */
export function shortMark(): string {
  return `${process.pid}-${shortPlace()}-${startOf('self') ?? 'x'}`
}

/** The state of a process that `shortMark` describes; `unknown` for any other text. */
export function stateOfShortMark(mark: string): ProcessState {
  const [pid, place, started] = mark.split('-')
  if (place !== shortPlace() || started === undefined) return 'unknown'
  return stateHere(Number(pid), started === 'x' ? null : started)
}

/** Whether this machine (or this container) has a process of that number, whoever it belongs to. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

function stateHere(pid: number, started: string | null): ProcessState {
  if (!processExists(pid)) return 'gone'
  const now = startSeenHere(pid)
  if (started === null || now === null) return 'unknown'
  return now === started ? 'alive' : 'gone'
}

type Place = Pick<ProcessMark, 'host' | 'boot' | 'pidNamespace'>
let place: Place | undefined

function placeHere(): Place {
  place ??= {
    host: hostname(),
    boot: orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: orNull(() => readlinkSync('/proc/self/ns/pid')),
  }
  return place
}

function placeText({ host, boot, pidNamespace }: Place): string {
  return `${boot ?? host} ${pidNamespace}`
}

function shortPlace(): string {
  return createHash('sha256').update(placeText(placeHere())).digest('hex').slice(0, 8)
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
