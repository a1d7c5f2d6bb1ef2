import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeFileAtomically, writeFilesAtomically } from '../src/atomic-file.js'
import { writeFault } from '../src/disk-fault.js'
import { folderWith } from './data/temporary-folder.js'

const systemError = (code: string, errno: number) => Object.assign(new Error(`${code}: x, write`), { code, errno, syscall: 'write' })

describe('a file written atomically', () => {
  it('is replaced whole, by the last of several writers, and nothing is left beside it', async () => {
    const dir = folderWith({})
    await Promise.all(['a', 'b', 'c'].map((text) => writeFileAtomically(join(dir, 'x'), text.repeat(100_000))))
    expect(['a', 'b', 'c'].map((text) => text.repeat(100_000))).toContain(readFileSync(join(dir, 'x'), 'utf8'))
    expect(readdirSync(dir)).toEqual(['x'])
  })

  it('may have the longest name that a file system takes', async () => {
    const dir = folderWith({})
    await writeFileAtomically(join(dir, 'x'.repeat(255)), 'text')
    expect(readdirSync(dir)).toEqual(['x'.repeat(255)])
  })

  it('leaves nothing where it fails, and of several that belong together none', async () => {
    const dir = folderWith({ 'a file': '' })
    const files = [
      [join(dir, 'first'), 'text'],
      [join(dir, 'a file', 'second'), 'text'],
    ] as const
    await expect(writeFilesAtomically(files)).rejects.toMatchObject({
      code: 'disk_failed',
      message: `${join(dir, 'a file', 'second')}: can't be written: not a directory`,
    })
    mkdirSync(join(dir, 'taken'))
    await expect(writeFileAtomically(join(dir, 'taken'), 'text')).rejects.toMatchObject({ code: 'disk_failed' })
    expect(readdirSync(dir)).toEqual(['a file', 'taken'])
  })
})

describe('an error of the system', () => {
  it.each([
    ['ENOSPC', -28, 'disk_full', 'no space left on device'],
    ['EDQUOT', -122, 'disk_full', 'EDQUOT'],
    ['EFBIG', -27, 'disk_full', 'file too large'],
    ['EIO', -5, 'disk_failed', 'i/o error'],
    ['EROFS', -30, 'disk_failed', 'read-only file system'],
  ])('%s is told with the path, in words', (code, errno, as, words) => {
    expect(writeFault(systemError(code, errno), '/runs/x')).toMatchObject({ code: as, message: `/runs/x: can't be written: ${words}` })
  })

  it('is the only kind that is translated', () => {
    const own = new Error('a bug')
    expect(writeFault(own, '/runs/x')).toBe(own)
  })
})
