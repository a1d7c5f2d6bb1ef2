import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findEnvironment, markComplete } from '../../../src/runtime/provision/environment.js'
import type { TorchBuild } from '../../../src/runtime/python/requirements.js'
import { temporaryFolder } from './temporary-folder.js'

interface Made {
  build?: TorchBuild
  requirements?: string
  base?: string
  complete?: boolean
}

async function make(
  parent: string,
  key: string,
  { build = 'cpu', requirements = 'r1', base = process.execPath, complete = true }: Made = {},
) {
  const folder = join(parent, key.repeat(16))
  await mkdir(join(folder, 'bin'), { recursive: true })
  await symlink(base, join(folder, 'bin', 'python'))
  if (complete) await markComplete(folder, { requirements, build, version: '3.11.7', torch: '2.13.0+cpu' })
  return folder
}

describe('finding a finished environment', () => {
  it('finds one of the same requirements', async () => {
    const parent = await temporaryFolder()
    await make(parent, 'a', { requirements: 'r0' })
    const folder = await make(parent, 'b')
    expect(await findEnvironment(parent, 'r1', ['cpu'])).toEqual({
      folder,
      python: join(folder, 'bin', 'python'),
      version: '3.11.7',
      torch: '2.13.0+cpu',
      build: 'cpu',
    })
  })

  it('overlooks one that was not finished', async () => {
    const parent = await temporaryFolder()
    await make(parent, 'a', { complete: false })
    expect(await findEnvironment(parent, 'r1', ['cpu'])).toBeUndefined()
  })

  it('overlooks one whose base interpreter is gone', async () => {
    const parent = await temporaryFolder()
    await make(parent, 'a', { base: join(parent, 'uninstalled') })
    expect(await findEnvironment(parent, 'r1', ['cpu'])).toBeUndefined()
  })

  it('takes the build that is wanted before one that would do', async () => {
    const parent = await temporaryFolder()
    await make(parent, 'a', { build: 'default' })
    expect((await findEnvironment(parent, 'r1', ['cpu', 'default']))?.build).toBe('default')
    await make(parent, 'b', { build: 'cpu' })
    expect((await findEnvironment(parent, 'r1', ['cpu', 'default']))?.build).toBe('cpu')
    expect((await findEnvironment(parent, 'r1', ['default']))?.build).toBe('default')
  })

  it('finds nothing where there is no folder yet', async () => {
    expect(await findEnvironment(join(await temporaryFolder(), 'none'), 'r1', ['cpu'])).toBeUndefined()
  })
})
