import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { GraitError } from '../../errors.js'

/**
 * Lets `fill` write a temporary folder next to `folder` and renames it when it is complete, so `folder` is never half written.
 * @throws GraitError `invalid_request` if `folder` already contains files, `disk_full` if there is no space left.
 */
export async function finishedFolder<T>(folder: string, fill: (unfinished: string) => Promise<T>): Promise<{ path: string; filled: T }> {
  const path = resolve(folder)
  await refuseOccupied(path)
  await mkdir(dirname(path), { recursive: true })
  const unfinished = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.unfinished`)
  try {
    const filled = await fill(unfinished)
    await rename(unfinished, path)
    return { path, filled }
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    throw named(error, path)
  }
}

/** @throws GraitError `invalid_request` if the folder already contains files; it may be missing. */
export async function refuseOccupied(path: string): Promise<void> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw named(error, path)
  })
  if (names.length > 0) {
    throw new GraitError('invalid_request', `${path} already holds files`, { hint: 'Name a folder that is empty or does not exist yet.' })
  }
}

function named(error: unknown, path: string): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
      return new GraitError('disk_full', `no space left to write ${path}`, { hint: 'Free some space and try again.', cause: error })
    case 'ENOTDIR':
      return new GraitError('invalid_request', `${path} is not a folder`, { cause: error })
    default:
      return error
  }
}
