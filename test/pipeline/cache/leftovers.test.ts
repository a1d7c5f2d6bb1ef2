import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { removeLeftovers } from '../../../src/pipeline/cache/leftovers.js'

it('removes what a killed process left half-made, and nothing of one that lives', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'grait-leftovers-'))
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  mkdirSync(join(dir, 'inner', `.tuning.${child.pid}.tmp`, 'adapter'), { recursive: true })
  writeFileSync(join(dir, 'inner', `results.json.${child.pid}.tmp`), 'half')
  writeFileSync(join(dir, `results.json.${process.pid}.tmp`), 'half')
  writeFileSync(join(dir, 'inner', 'kept'), '')
  await removeLeftovers(dir)
  expect(readdirSync(dir, { recursive: true }).sort()).toEqual(['inner', join('inner', 'kept'), `results.json.${process.pid}.tmp`])
  rmSync(dir, { recursive: true })
})
