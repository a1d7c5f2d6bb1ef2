import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { newOwner } from '../../../src/locks/owner.js'
import { withSetupLock } from '../../../src/runtime/provision/setup-lock.js'
import { temporaryFolder } from './temporary-folder.js'

const quiet = { onWait: () => undefined }

describe('the set-up lock', () => {
  it('lets one work at a time; the other says once that it waits', async () => {
    const folder = await temporaryFolder()
    const [events, waits]: [string[], string[]] = [[], []]
    const work = (name: string) =>
      withSetupLock(folder, join(folder, 'x.lock'), { onWait: () => waits.push(name) }, async () => {
        events.push(`${name} begins`)
        await sleep(600)
        events.push(`${name} ends`)
      })
    const first = work('a')
    await sleep(100)
    await Promise.all([first, work('b')])
    expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
    expect(waits).toEqual(['b'])
  })

  it('is released when the work fails', async () => {
    const folder = await temporaryFolder()
    const failing = withSetupLock(folder, join(folder, 'x.lock'), quiet, () => Promise.reject(new Error('no')))
    await expect(failing).rejects.toThrow('no')
    expect(await readdir(folder)).toEqual([])
  })

  it('of an earlier version, which left an empty folder, is taken over', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'x.lock'))
    expect(await withSetupLock(folder, join(folder, 'x.lock'), quiet, async () => 'done')).toBe('done')
  })

  it('stops waiting when it is cancelled', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'x.lock'))
    await writeFile(join(folder, 'x.lock', 'owner.json'), JSON.stringify(newOwner()))
    const waiting = withSetupLock(folder, join(folder, 'x.lock'), { ...quiet, signal: AbortSignal.timeout(100) }, async () => 'never')
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('in a folder that cannot be made is a clear failure', async () => {
    const work = withSetupLock('/dev/null/x', '/dev/null/x/y.lock', quiet, async () => 'never')
    await expect(work).rejects.toMatchObject({ code: 'setup_failed', hint: expect.stringContaining('GRAIT_HOME') })
  })
})
