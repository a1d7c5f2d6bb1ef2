import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { temporaryName } from '../atomic-file.js'
import { makeFolder } from '../make-folder.js'
import { type LockOwner, parseOwner } from './owner.js'

/** What is in a lock's folder. */
export interface LockContent {
  /** Undefined if the description is damaged, or this is no lock of ours. */
  owner: LockOwner | undefined
  /** Another value after every heartbeat. */
  beat: string
}

/** The file whose time is the heartbeat. */
export function ownerFile(path: string): string {
  return join(path, 'owner.json')
}

/**
 * Makes the lock's folder with its owner inside, in one step: a rename on to a folder that holds something fails, or on to a file.
 * @returns false if there is something already
 */
export async function makeLockFolder(path: string, owner: LockOwner): Promise<boolean> {
  await makeFolder(dirname(path))
  const temporary = temporaryName(path)
  try {
    await mkdir(temporary)
    await writeFile(ownerFile(temporary), `${JSON.stringify(owner)}\n`)
    await rename(temporary, path)
    return true
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined)
    const { code, syscall } = error as NodeJS.ErrnoException
    if (['ENOTEMPTY', 'EEXIST'].includes(String(code)) || (code === 'ENOTDIR' && syscall === 'rename')) return false
    throw error
  }
}

/** Reads who holds a lock; undefined if nobody does. Opening the file makes a network file system ask for its present state. */
export function readLockFolder(path: string): LockContent | undefined {
  return readBeat(ownerFile(path)) ?? readBeat(path)
}

function readBeat(path: string): LockContent | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code))) return undefined
    throw error
  }
  try {
    const stat = fstatSync(file, { bigint: true })
    return { owner: stat.isFile() ? parseOwner(readFileSync(file, 'utf8')) : undefined, beat: `${stat.ino} ${stat.mtimeNs}` }
  } finally {
    closeSync(file)
  }
}

/**
 * Removes the lock of one owner and of nobody else: it is moved aside first, and put back if it was another's meanwhile.
 * @param id undefined: a lock without a readable owner
 */
export async function removeLockFolder(path: string, id: string | undefined): Promise<void> {
  const content = readLockFolder(path)
  if (content === undefined || content.owner?.id !== id) return
  const aside = temporaryName(path)
  try {
    await rename(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  // If a third has taken the place meanwhile, the owner of the moved one is told that it lost its lock.
  if (readLockFolder(aside)?.owner?.id !== id) await rename(aside, path).catch(() => undefined)
  await rm(aside, { recursive: true, force: true })
}
