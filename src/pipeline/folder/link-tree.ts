import { copyFile, link, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryBeside } from '../../atomic-file.js'
import { writing } from '../../disk-fault.js'

/**
 * Fills `target` with the files of `source`: hard links, or copies on another disk. `target` appears complete, by a rename;
 * an existing one is replaced.
 */
export async function linkTree(source: string, target: string): Promise<void> {
  const { temporary, drop } = temporaryBeside(target)
  try {
    await writing(target, async () => {
      await linkInto(source, temporary)
      await rm(target, { recursive: true, force: true })
      await rename(temporary, target)
    })
  } finally {
    await drop()
  }
}

async function linkInto(source: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true })
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const from = join(source, entry.name)
    const to = join(target, entry.name)
    if (entry.isDirectory()) await linkInto(from, to)
    else await link(from, to).catch(() => copyFile(from, to))
  }
}
