import { readdir, rename } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { temporaryBeside } from '../../atomic-file.js'
import { writeFault } from '../../disk-fault.js'
import { GraitError } from '../../errors.js'
import { makeFolder } from '../../make-folder.js'

/**
 * Lets `fill` write a temporary folder next to `folder` and renames it when it is complete, so `folder` is never half written.
 * @throws GraitError `invalid_request` if `folder` already contains files, `disk_full`, `disk_failed`.
 */
export async function finishedFolder<T>(folder: string, fill: (unfinished: string) => Promise<T>): Promise<{ path: string; filled: T }> {
  const path = resolve(folder)
  await refuseOccupied(path)
  const { temporary, drop } = temporaryBeside(path)
  try {
    await makeFolder(dirname(path))
    const filled = await fill(temporary)
    await rename(temporary, path)
    return { path, filled }
  } catch (error) {
    throw named(error, path)
  } finally {
    await drop()
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
  if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') return writeFault(error, path)
  return new GraitError('invalid_request', `${path} is not a folder`, { cause: error })
}
