import { constants } from 'node:fs'
import { copyFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { temporaryBeside } from '../../atomic-file.js'
import { requireFreeBytes } from '../../disk/free-space.js'
import { writing } from '../../disk-fault.js'
import { makeFolder } from '../../make-folder.js'

const HINT = 'Free some space, or name a folder on a larger disk with --out. On Btrfs, XFS and APFS, copies beside the cache take no space.'

/**
 * Fills `target` with copies of the files of `source`, which share their blocks where the file system can do that (Btrfs, XFS, APFS).
 * `target` appears complete, by a rename; an existing one is replaced.
 * @param without names at the top of `source` that are left out
 * @throws GraitError disk_full before anything is copied, if there is too little space and blocks can't be shared
 */
export async function copyTree(source: string, target: string, without: readonly string[] = []): Promise<void> {
  const { temporary, drop } = temporaryBeside(target)
  try {
    await writing(target, async () => {
      const files = await filesIn(source, without)
      await makeFolder(temporary)
      if (!(await sharesBlocks(files[0], temporary))) await requireSpaceFor(files, target)
      for (const { from, inside } of files) {
        const to = join(temporary, inside)
        await makeFolder(dirname(to))
        await copyFile(from, to, constants.COPYFILE_FICLONE)
      }
      await rm(target, { recursive: true, force: true })
      await rename(temporary, target)
    })
  } finally {
    await drop()
  }
}

interface SourceFile {
  from: string
  /** Its path below the source. */
  inside: string
}

async function filesIn(source: string, without: readonly string[]): Promise<SourceFile[]> {
  const entries = await readdir(source, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !(entry.parentPath === source && without.includes(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((from) => ({ from, inside: from.slice(source.length + 1) }))
}

/** Whether a copy of `file` in `folder` takes no space. */
async function sharesBlocks(file: SourceFile | undefined, folder: string): Promise<boolean> {
  const trial = join(folder, '.trial')
  try {
    await copyFile(file?.from ?? '', trial, constants.COPYFILE_FICLONE_FORCE)
    return true
  } catch {
    return false
  } finally {
    await rm(trial, { force: true })
  }
}

async function requireSpaceFor(files: readonly SourceFile[], target: string): Promise<void> {
  const sizes = await Promise.all(files.map(async ({ from }) => (await stat(from)).size))
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  await requireFreeBytes(dirname(target), bytes, 'the copies of a finished stage need', HINT)
}
