import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { byteWords } from '../../src/disk/byte-words.js'
import { freeBytes, requireFreeBytes } from '../../src/disk/free-space.js'
import { folderWith } from '../data/temporary-folder.js'

describe('room on a disk', () => {
  it('is that of the disk on which a folder would be made', async () => {
    const folder = join(folderWith({}), 'not', 'made')
    expect(await freeBytes(folder)).toBeGreaterThan(0)
    await expect(requireFreeBytes(folder, 1, 'x needs', '')).resolves.toBeUndefined()
  })

  it('is missed with the folder, what is needed and what is free', async () => {
    const folder = folderWith({})
    const error = await requireFreeBytes(folder, 1e18, 'the weights need', 'a hint').catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'disk_full', hint: 'a hint' })
    expect(String(error)).toMatch(new RegExp(`the weights need 1000000000.0 GB in ${folder}, .* are free`))
  })

  it('is written in the units that people use', () => {
    expect([512, 1500, 2.5e6, 15.34e9].map(byteWords)).toEqual(['512 bytes', '1.5 kB', '2.5 MB', '15.3 GB'])
  })
})
