import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { requireFreeBytes } from '../../../src/disk/free-space.js'
import { copyTree } from '../../../src/pipeline/folder/copy-tree.js'
import { folderWith } from '../../data/temporary-folder.js'

vi.mock('../../../src/disk/free-space.js', () => ({ requireFreeBytes: vi.fn() }))
afterEach(() => void vi.mocked(requireFreeBytes).mockReset())

it('a copy appears whole in place of an earlier one, without what is left out', async () => {
  const source = folderWith({ 'manifest.json': 'm', 'checked.json': 'c', 'adapter/checked.json': 'kept', 'adapter/weights': 'new' })
  const run = folderWith({ 'tuning/old': 'old' })
  await copyTree(source, join(run, 'tuning'), ['checked.json'])
  expect(readdirSync(run, { recursive: true }).sort()).toEqual([
    'tuning',
    'tuning/adapter',
    'tuning/adapter/checked.json',
    'tuning/adapter/weights',
    'tuning/manifest.json',
  ])
  expect(readFileSync(join(run, 'tuning/adapter/weights'), 'utf8')).toBe('new')
})

it('a copy that the disk has no room for is refused before the earlier one is touched', async () => {
  vi.mocked(requireFreeBytes).mockRejectedValue(new Error('full'))
  const [source, run] = [folderWith({ a: '12345', 'b/c': '123' }), folderWith({ 'tuning/old': 'old' })]
  const copying = copyTree(source, join(run, 'tuning'))
  // Where the file system shares blocks, a copy takes none.
  if (
    await copying.then(
      () => true,
      () => false,
    )
  )
    return
  expect(vi.mocked(requireFreeBytes).mock.calls[0]?.slice(0, 2)).toEqual([run, 8])
  expect(readdirSync(run, { recursive: true }).sort()).toEqual(['tuning', 'tuning/old'])
})
