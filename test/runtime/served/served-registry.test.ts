import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/bridge/limits.js'
import { thisProcess } from '../../../src/process-mark.js'
import { endpointsIn } from '../../../src/runtime/process/socket-folder.js'
import { attach, attachTarget } from '../../../src/runtime/served/attach.js'
import { listServed, type ServedRuntime, servedRuntimes } from '../../../src/runtime/served/served-registry.js'

let home: string
let folder: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'grait-'))
  folder = join(home, 'served')
  vi.stubEnv('GRAIT_HOME', home)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true, force: true })
})

const entry = (fields: Partial<ServedRuntime>): ServedRuntime => ({
  pid: process.pid,
  host: hostname(),
  path: home,
  started: '2026-01-01T00:00:00.000Z',
  version: '0.1.0',
  device: 'cpu',
  process: thisProcess(),
  ...fields,
})
/** No process has it: pids end at 2^22. */
const NOBODY = 2 ** 22 + 1

describe('the list of served runtimes', () => {
  it('has those that run, until they are taken off', async () => {
    const unlist = await listServed(entry({}))
    expect(await servedRuntimes()).toEqual([entry({})])
    unlist()
    expect(await servedRuntimes()).toEqual([])
  })

  it('loses those that were killed, with the socket folder they left, and keeps those of other machines', async () => {
    const left = mkdtempSync(join(tmpdir(), 'grait-'))
    await listServed(entry({ pid: NOBODY, path: left, process: { ...thisProcess(), pid: NOBODY } }))
    await listServed(entry({ pid: NOBODY, host: 'elsewhere', process: { ...thisProcess(), boot: 'another', pid: NOBODY } }))
    expect(await servedRuntimes()).toEqual([])
    expect(readdirSync(folder)).toEqual([`elsewhere-${NOBODY}.json`])
    expect(() => readdirSync(left)).toThrow('ENOENT')
  })

  it('loses one whose number another process has now', async () => {
    await listServed(entry({ path: folder, process: { ...thisProcess(), started: '1' } }))
    expect(await servedRuntimes()).toEqual([])
    expect(readdirSync(folder)).toEqual([])
  })

  it('has one of another container if it listens here, and keeps its entry if not', async () => {
    const path = mkdtempSync(join(tmpdir(), 'grait-'))
    const elsewhere = entry({ path, process: { ...thisProcess(), pidNamespace: 'pid:[1]' } })
    await listServed(elsewhere)
    expect(await servedRuntimes()).toEqual([])
    const server = createServer().listen(endpointsIn(path).dataEndpoint.slice('ipc://'.length))
    await once(server, 'listening')
    expect(await servedRuntimes()).toEqual([elsewhere])
    server.close()
    expect(readdirSync(folder)).toHaveLength(1)
    rmSync(path, { recursive: true })
  })

  it('passes over what is no entry', async () => {
    await listServed(entry({}))
    writeFileSync(join(folder, 'x.json'), '{"pid":')
    expect(await servedRuntimes()).toHaveLength(1)
  })
})

describe('attaching', () => {
  const options = { limits: DEFAULT_LIMITS }

  it('to auto wants one served runtime: none and two are refused, with what to do', async () => {
    await expect(attach('auto', options)).rejects.toMatchObject({ code: 'runtime_not_ready', hint: 'Start one with `grait serve`.' })
    await listServed(entry({}))
    await listServed(entry({ pid: process.ppid, path: tmpdir(), started: '2026-01-02T00:00:00.000Z' }))
    await expect(attach('auto', options)).rejects.toMatchObject({
      message: `2 runtimes are being served: ${home}, ${tmpdir()}`,
      hint: 'Name the one to attach to by its path.',
    })
  })

  it('is asked for by the option, else by GRAIT_ATTACH; null starts a runtime in any case', () => {
    vi.stubEnv('GRAIT_ATTACH', 'auto')
    expect([attachTarget(), attachTarget('/x'), attachTarget(null)]).toEqual(['auto', '/x', undefined])
    vi.stubEnv('GRAIT_ATTACH', '')
    expect(attachTarget()).toBeUndefined()
  })
})
