import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writing } from './disk-fault.js'
import { onProcessExit } from './exit-hook.js'
import { makeFolder } from './make-folder.js'
import { shortMark } from './process-mark.js'

type Data = string | Uint8Array

/**
 * Writes a file atomically: it is complete or absent, even after a power failure. A write that fails or is interrupted leaves
 * nothing behind.
 * @throws GraitError disk_full, disk_failed
 */
export function writeFileAtomically(path: string, data: Data): Promise<void> {
  return writeFilesAtomically([[path, data]])
}

/** Writes files that belong together: each gets its name only when all of them are written in full. Throws as `writeFileAtomically` does. */
export async function writeFilesAtomically(files: readonly (readonly [path: string, data: Data])[]): Promise<void> {
  const written = files.map(([path, data]) => ({ path, data, ...temporaryBeside(path) }))
  try {
    for (const { path, temporary, data } of written) await writing(path, () => writeWhole(temporary, data))
    for (const { path, temporary } of written) await writing(path, () => rename(temporary, path))
  } finally {
    for (const { drop } of written) await drop()
  }
}

async function writeWhole(path: string, data: Data): Promise<void> {
  await makeFolder(dirname(path))
  const handle = await open(path, 'wx')
  try {
    await handle.writeFile(data)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The name of an unfinished file or folder; the first group says who made it. */
export const TEMPORARY = /\.(\d+[\w-]*)\.tmp$/

/** A new name in the folder of `path`, short enough for every file system, that says who made it. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${randomBytes(6).toString('hex')}.${shortMark()}.tmp`)
}

interface Temporary {
  temporary: string
  /** Removes it, if it is still there. */
  drop(): Promise<void>
}

/** A temporary name beside `path`. What is there is removed if the process ends meanwhile. */
export function temporaryBeside(path: string): Temporary {
  const temporary = temporaryName(path)
  const takeBack = onProcessExit(() => rmSync(temporary, { recursive: true, force: true }))
  return {
    temporary,
    async drop() {
      takeBack()
      // A failure here would only hide the one that led here.
      await rm(temporary, { recursive: true, force: true }).catch(() => undefined)
    },
  }
}
