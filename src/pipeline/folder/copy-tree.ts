import { constants } from 'node:fs'
import { copyFile, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryBeside } from '../../atomic-file.js'
import { writing } from '../../disk-fault.js'
import { makeFolder } from '../../make-folder.js'

/**
 * Fills `target` with copies of the files of `source`, which share their blocks where the file system can do that (Btrfs, XFS, APFS).
 * `target` appears complete, by a rename; an existing one is replaced.
 * @param without names at the top of `source` that are left out
 */
export async function copyTree(source: string, target: string, without: readonly string[] = []): Promise<void> {
  const { temporary, drop } = temporaryBeside(target)
  try {
    await writing(target, async () => {
      await copyInto(source, temporary, without)
      await rm(target, { recursive: true, force: true })
      await rename(temporary, target)
    })
  } finally {
    await drop()
  }
}

async function copyInto(source: string, target: string, without: readonly string[]): Promise<void> {
  await makeFolder(target)
  for (const entry of await readdir(source, { withFileTypes: true })) {
    if (without.includes(entry.name)) continue
    const [from, to] = [join(source, entry.name), join(target, entry.name)]
    if (entry.isDirectory()) await copyInto(from, to, [])
    else await copyFile(from, to, constants.COPYFILE_FICLONE)
  }
}
