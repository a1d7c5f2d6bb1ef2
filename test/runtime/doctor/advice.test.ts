import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newOwner } from '../../../src/locks/owner.js'
import { PACKAGE_VERSION } from '../../../src/package-version.js'
import { thisProcess } from '../../../src/process-mark.js'
import {
  leftLocks,
  missingDriver,
  otherEnvironments,
  otherVersion,
  unreachableHub,
  uselessCuda,
} from '../../../src/runtime/doctor/advice.js'
import { temporaryFolder } from '../provision/temporary-folder.js'

describe("the doctor's advice", () => {
  it('tells an NVIDIA GPU without a driver from other devices, and from one that is driven', async () => {
    const pci = await temporaryFolder()
    const device = async (name: string, vendor: string, kind: string) => {
      await mkdir(join(pci, name))
      await writeFile(join(pci, name, 'vendor'), `${vendor}\n`)
      await writeFile(join(pci, name, 'class'), `${kind}\n`)
    }
    await device('0000:00:02.0', '0x8086', '0x030000')
    await device('0000:01:00.1', '0x10de', '0x040300') // its sound device
    expect(await missingDriver(pci, false)).toBeUndefined()
    await device('0000:01:00.0', '0x10de', '0x030200')
    expect(await missingDriver(pci, false)).toMatchObject({
      what: expect.stringContaining('0000:01:00.0'),
      fix: expect.stringContaining('driver'),
    })
    expect(await missingDriver(pci, true)).toBeUndefined()
  })

  it('names the CUDA build where there is no GPU, and the commands that put the small one in its place', () => {
    const cuda = { build: 'default' as const, folder: '/home/x/runtime/abc' }
    expect(uselessCuda(cuda, false, 'linux')?.fix).toBe('rm -r /home/x/runtime/abc && grait setup --device cpu')
    expect([uselessCuda(cuda, true, 'linux'), uselessCuda(cuda, false, 'darwin')]).toEqual([undefined, undefined])
    expect(uselessCuda({ ...cuda, build: 'cpu' }, false, 'linux')).toBeUndefined()
  })

  it('names a lock whose process is gone or whose heart stands still, and none that is held', async () => {
    const folder = await temporaryFolder()
    const owner = newOwner()
    const elsewhere = { ...owner, host: 'another', boot: 'another' }
    for (const [name, held] of Object.entries({ gone: { ...owner, started: '1' }, still: elsewhere, held: owner, beating: elsewhere })) {
      await mkdir(join(folder, `${name}.lock`))
      await writeFile(join(folder, `${name}.lock`, 'owner.json'), JSON.stringify(held))
    }
    await utimes(join(folder, 'still.lock', 'owner.json'), 0, 0)
    const left = (name: string) => {
      const path = join(folder, `${name}.lock`)
      return { what: `a set-up that was killed left its lock ${path}`, fix: `rm -r ${path}` }
    }
    const found = await leftLocks(folder)
    expect(found.sort((a, b) => (a.what < b.what ? -1 : 1))).toEqual([left('gone'), left('still')])
  })

  it('names the environments of other versions', async () => {
    const folder = await temporaryFolder()
    const [used, old] = [join(folder, '0123456789abcdef'), join(folder, 'fedcba9876543210')]
    await mkdir(used)
    expect(await otherEnvironments(folder, used)).toBeUndefined()
    await mkdir(old)
    expect((await otherEnvironments(folder, used))?.fix).toBe(`rm -r ${old}`)
  })

  it('says when the hub does not answer, and asks nothing offline', async () => {
    const env = { HF_ENDPOINT: 'http://127.0.0.1:9' }
    expect((await unreachableHub(env))?.what).toContain('http://127.0.0.1:9 cannot be reached')
    expect(await unreachableHub({ ...env, HF_HUB_OFFLINE: '1' })).toBeUndefined()
  })

  it('names a served runtime of another version', () => {
    const served = { pid: 7, host: 'here', path: '/tmp/grait-x', started: '', version: '0.0.1', device: 'cpu', process: thisProcess() }
    expect(otherVersion(served)?.fix).toBe('kill 7 && grait serve')
    expect(otherVersion({ ...served, version: PACKAGE_VERSION })).toBeUndefined()
  })
})
