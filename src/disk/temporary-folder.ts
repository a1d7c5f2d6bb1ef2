import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeFault } from '../disk-fault.js'
import { GraitError } from '../errors.js'

/**
 * Makes an empty folder of mode 0700 in the temporary folder; in /tmp where that one (TMPDIR) is missing, can't be written, is full
 * or is not `suitable`.
 * @throws GraitError disk_full, disk_failed: neither will do; the error is that of the first
 */
export function newTemporaryFolder(prefix: string, suitable: (path: string) => boolean = () => true): string {
  const faults: unknown[] = []
  for (const parent of new Set([tmpdir(), '/tmp'])) {
    const path = join(parent, prefix)
    if (!suitable(path)) continue
    try {
      return mkdtempSync(path)
    } catch (error) {
      faults.push(writeFault(error, parent))
    }
  }
  if (faults.length > 0) throw faults[0]
  throw new GraitError('disk_failed', `the path of the temporary folder does not do: ${tmpdir()}`, {
    hint: 'Set TMPDIR to a shorter path.',
  })
}
