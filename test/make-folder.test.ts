import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeFolder } from '../src/make-folder.js'

const dir = mkdtempSync(join(tmpdir(), 'grait-folder-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describe('making a folder', () => {
  it('makes those above it too, and has no effect where it is there', async () => {
    await makeFolder(join(dir, 'a/b/c'), 0o700)
    await makeFolder(join(dir, 'a/b/c'))
    expect(statSync(join(dir, 'a/b/c')).mode & 0o777).toBe(0o700)
    await Promise.all(Array.from({ length: 20 }, (_, index) => makeFolder(join(dir, 'at/once', String(index % 2)))))
    expect(existsSync(join(dir, 'at/once/1'))).toBe(true)
  })

  it('fails where a file is in the way', async () => {
    writeFileSync(join(dir, 'file'), '')
    await expect(makeFolder(join(dir, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(makeFolder(join(dir, 'file/below'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  })

  it.runIf(process.platform === 'linux')('fails where nothing can be, instead of trying for ever', async () => {
    await expect(makeFolder('/proc/x')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(makeFolder('/proc/x/y/z')).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
