import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/bridge/limits.js'
import type { LogLine } from '../../../src/runtime/process/log-lines.js'
import { RuntimeSession } from '../../../src/runtime/process/session.js'
import { type FixtureOptions, generateRequest, isAlive, openFixture } from '../../fixtures/fixture-command.js'

const opened: RuntimeSession[] = []

async function open(name: string, options: FixtureOptions = {}): Promise<RuntimeSession> {
  const session = await openFixture(name, options)
  opened.push(session)
  return session
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((session) => session.close()))
})

describe('a runtime that does not start', () => {
  it('is given up on at the limit where it never answers', async () => {
    await expect(open('never-answers', { limits: { startupMs: 800 } })).rejects.toMatchObject({
      code: 'runtime_not_ready',
      details: { lastLines: ['loading for ever'] },
    })
  })

  it('is reported at once, with its status and last words, where it exits', async () => {
    await expect(open('exits-at-once')).rejects.toMatchObject({
      code: 'runtime_died',
      message: "the runtime ended with exit status 1 before it was ready; its last lines:\n  ModuleNotFoundError: No module named 'torch'",
      details: { status: 1, signal: null },
    })
  })

  it('is reported as missing where there is no such interpreter', async () => {
    const command = { executable: '/nowhere/python', args: [], env: {} }
    await expect(RuntimeSession.open(command, { limits: DEFAULT_LIMITS, onLog: () => {} })).rejects.toMatchObject({
      code: 'python_not_found',
      message: expect.stringContaining('/nowhere/python'),
    })
  })

  it('is refused where it speaks another protocol, naming both versions', async () => {
    await expect(open('other-protocol')).rejects.toMatchObject({
      code: 'protocol_mismatch',
      message: 'the runtime speaks protocol 2, this package protocol 1',
    })
  })

  it('is ended where the start is aborted', async () => {
    const start = performance.now()
    await expect(open('never-answers', { signal: AbortSignal.timeout(300) })).rejects.toMatchObject({ code: 'cancelled' })
    expect(performance.now() - start).toBeLessThan(3_000)
  })
})

describe('a runtime that dies', () => {
  it('is over where the system denies a last signal to its group, as macOS does for a zombie', async () => {
    const session = await open('streams')
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' })
    })
    try {
      await session.close()
      await expect(session.exited).resolves.toMatchObject({ status: 0 })
    } finally {
      kill.mockRestore()
    }
  })

  it('fails every waiting call with its exit status and last words, after the items that had come', async () => {
    const session = await open('dies-mid-stream')
    const waiting = expect(session.client.call('noop', {})).rejects.toMatchObject({ code: 'runtime_died' })
    const batches: number[] = []
    const reading = (async () => {
      for await (const { item } of session.client.stream('generate', generateRequest())) batches.push(item.batch)
    })()
    await expect(reading).rejects.toMatchObject({
      code: 'runtime_died',
      message: 'the runtime ended with exit status 3 while 2 calls were waiting; its last lines:\n  the last thing it said',
      retryable: true,
    })
    await waiting
    expect(batches).toEqual([0, 1])
    await expect(session.client.call('noop', {})).rejects.toMatchObject({ code: 'runtime_died' })
  })

  it('is ended, and every waiting call fails, where it stops answering pings', async () => {
    const session = await open('goes-silent', { limits: { heartbeatMs: 50, unresponsiveMs: 400 } })
    await expect(session.client.call('noop', {})).rejects.toMatchObject({ code: 'runtime_unresponsive' })
    await expect.poll(() => isAlive(session.pid)).toBe(false)
  })

  it('is ended, and every waiting call fails, where it sends garbage', async () => {
    const session = await open('sends-garbage')
    await expect(session.client.call('noop', {})).rejects.toMatchObject({ code: 'protocol_mismatch' })
    await expect.poll(() => isAlive(session.pid)).toBe(false)
  })
})

describe('closing a runtime', () => {
  it('ends one that ignores shutdown and SIGTERM, with all it started', async () => {
    const lines: LogLine[] = []
    const session = await open('ignores-sigterm', { limits: { shutdownMs: 200, terminateMs: 200 }, onLog: (line) => lines.push(line) })
    const grandchild = Number(lines[0]!.message.split(' ')[1])
    expect(isAlive(grandchild)).toBe(true)
    await session.close()
    expect(isAlive(session.pid)).toBe(false)
    await expect.poll(() => isAlive(grandchild)).toBe(false)
  })

  it('fails waiting calls with cancelled, removes its socket folder, and may be done twice', async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'grait-own-'))
    vi.stubEnv('TMPDIR', temporary)
    const session = await open('ignores-cancel')
    vi.unstubAllEnvs()
    expect(readdirSync(temporary)).toHaveLength(1)
    const waiting = expect(session.client.call('noop', {})).rejects.toMatchObject({ code: 'cancelled', message: 'the runtime was closed' })
    await Promise.all([session.close(), session.close()])
    await waiting
    expect(readdirSync(temporary)).toEqual([])
    rmSync(temporary, { recursive: true })
    await expect(session.client.call('noop', {})).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe("the runtime's log", () => {
  it('does not stall it or fill the memory, however much it writes', async () => {
    const before = process.memoryUsage().rss
    let bytes = 0
    let longest = 0
    let last = ''
    const onLog = ({ message }: LogLine) => {
      bytes += message.length
      last = message
      longest = Math.max(longest, message.length)
    }
    const session = await open('floods-stderr', { onLog })
    await session.client.call('noop', {})
    await expect.poll(() => last).toBe('the last line')
    expect(bytes).toBeGreaterThan(25_000_000)
    expect(longest).toBeLessThanOrEqual(16_384)
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000)
  })
})
