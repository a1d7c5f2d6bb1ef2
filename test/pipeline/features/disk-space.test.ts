import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { requireFreeSpace } from '../../../src/pipeline/features/disk-space.js'

describe('the space that a stage needs', () => {
  it('is refused with need, free space and place where the disk does not have it, the folder made or not', async () => {
    const folder = join(tmpdir(), 'not', 'made', 'yet')
    await expect(requireFreeSpace(folder, 1e18, 'the gradient features of 3 questions')).rejects.toMatchObject({
      code: 'disk_full',
      message: expect.stringMatching(/^the gradient features of 3 questions need 1000000000\.0 GB in .*yet, \d+\.\d GB are free$/),
      details: { folder, neededBytes: 1e18, freeBytes: expect.any(Number) },
    })
  })

  it('is granted where it is there', async () => {
    await expect(requireFreeSpace(tmpdir(), 1, 'a byte')).resolves.toBeUndefined()
  })
})
