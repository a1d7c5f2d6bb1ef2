import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { makeSocketFolder } from '../../../src/runtime/process/socket-folder.js'

afterEach(() => vi.unstubAllEnvs())

describe('the socket folder', () => {
  it('is open to its owner only, and gone when removed', () => {
    const folder = makeSocketFolder()
    expect(statSync(folder.path).mode & 0o777).toBe(0o700)
    folder.remove()
    expect(existsSync(folder.path)).toBe(false)
  })

  it.each(['/no/such/folder', '/proc', '/dev/null'])('goes to /tmp where TMPDIR is %s, in which nothing can be made', (place) => {
    vi.stubEnv('TMPDIR', place)
    const folder = makeSocketFolder()
    expect(folder.path.startsWith('/tmp/grait-')).toBe(true)
    folder.remove()
  })

  it('goes to /tmp where the path of the temporary folder is too long for a socket', () => {
    const short = mkdtempSync(join(tmpdir(), 'grait-long-'))
    const long = join(short, 'x'.repeat(90))
    mkdirSync(long)
    vi.stubEnv('TMPDIR', long)
    const folder = makeSocketFolder()
    expect(folder.path.startsWith('/tmp/grait-')).toBe(true)
    expect(Buffer.byteLength(folder.dataEndpoint.slice('ipc://'.length))).toBeLessThanOrEqual(103)
    folder.remove()
    rmSync(short, { recursive: true })
  })
})
