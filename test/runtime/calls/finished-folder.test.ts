import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { finishedFolder } from '../../../src/runtime/calls/finished-folder.js'

let parent: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'grait-folder-'))
})
afterEach(() => rm(parent, { recursive: true, force: true }))

async function fill(folder: string): Promise<string> {
  await mkdir(folder)
  await writeFile(join(folder, 'weights'), 'w')
  return 'filled'
}

describe('a finished folder', () => {
  it('appears under its name only when it is complete', async () => {
    const folder = join(parent, 'deep', 'adapter')
    const { path, filled } = await finishedFolder(folder, async (unfinished) => {
      expect(await readdir(join(parent, 'deep'))).toEqual([])
      return fill(unfinished)
    })
    expect([path, filled]).toEqual([folder, 'filled'])
    expect(await readFile(join(folder, 'weights'), 'utf8')).toBe('w')
    expect(await readdir(join(parent, 'deep'))).toEqual(['adapter'])
  })

  it('may take the place of an empty one, but not of one that holds files', async () => {
    const folder = join(parent, 'adapter')
    await mkdir(folder)
    await finishedFolder(folder, fill)
    await expect(finishedFolder(folder, fill)).rejects.toMatchObject({ code: 'invalid_request', message: `${folder} already holds files` })
  })

  it('leaves nothing behind where it could not be completed', async () => {
    const failing = finishedFolder(join(parent, 'adapter'), async (unfinished) => {
      await fill(unfinished)
      throw new Error('half-way')
    })
    await expect(failing).rejects.toThrow('half-way')
    expect(await readdir(parent)).toEqual([])
  })

  it('is refused where a file has its name', async () => {
    await writeFile(join(parent, 'file'), '')
    await expect(finishedFolder(join(parent, 'file'), fill)).rejects.toMatchObject({ code: 'invalid_request' })
  })
})
