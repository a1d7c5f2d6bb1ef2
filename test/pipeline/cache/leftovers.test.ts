import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryName } from '../../../src/atomic-file.js'
import { removeLeftovers } from '../../../src/pipeline/cache/leftovers.js'

/** The mark of this process as another would have it: pid, place (container), start. */
const ours = (dir: string) => basename(temporaryName(join(dir, 'x'))).split('.')[2] as string

it('removes what a killed process left half-made, and nothing of one that lives or may live', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'grait-leftovers-'))
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  const [pid, place, started] = ours(dir).split('-')
  mkdirSync(join(dir, 'inner', `.aa.${child.pid}-${place}-1.tmp`, 'adapter'), { recursive: true })
  writeFileSync(join(dir, 'inner', `.bb.${child.pid}-${place}-1.tmp`), 'half')
  const [living, later, elsewhere, old] = [
    `.cc.${pid}-${place}-${started}.tmp`,
    `.dd.${pid}-${place}-1.tmp`,
    `.ee.${child.pid}-00000000-1.tmp`,
    `.ff.${child.pid}-00000000-2.tmp`,
  ]
  for (const name of [living, later, elsewhere, old]) writeFileSync(join(dir, name), 'half')
  utimesSync(join(dir, old), 0, 0)
  writeFileSync(join(dir, 'inner', 'kept'), '')
  await removeLeftovers(dir)
  expect(readdirSync(dir, { recursive: true }).sort()).toEqual([living, elsewhere, 'inner', join('inner', 'kept')].sort())
  rmSync(dir, { recursive: true })
})
