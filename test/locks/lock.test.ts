import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { takeLock, withLock } from '../../src/locks/lock.js'
import { newOwner } from '../../src/locks/owner.js'

const HOLDER = fileURLToPath(new URL('holds-lock.mjs', import.meta.url))
const QUICK = { heartbeatMs: 50, staleMs: 1_000, pollMs: 20 }

let dir: string
let path: string
const children: ChildProcess[] = []
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'grait-lock-'))
  path = join(dir, 'x.lock')
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(dir, { recursive: true, force: true })
})

/** Starts a process that holds the lock; resolves once it does. */
async function holder(
  how: 'for' | 'busy',
  ms: number,
  around: string[] = [],
): Promise<{ child: ChildProcess; ended: Promise<unknown>; said(): string }> {
  const command = [...around, process.execPath, HOLDER, path, how, String(ms), String(QUICK.heartbeatMs)]
  const child = spawn(command[0] as string, command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const ended = once(child, 'close')
  let said = ''
  child.stdout?.on('data', (data: Buffer) => {
    said += data.toString()
  })
  while (!said.includes('held')) await once(child.stdout as NodeJS.ReadableStream, 'data')
  return { child, ended, said: () => said }
}

/** An owner as another machine would write it down. */
const elsewhere = { host: 'another-host', boot: 'another-boot', pidNamespace: 'pid:[1]' }
async function lockOf(owner: object): Promise<void> {
  await mkdir(path)
  await writeFile(join(path, 'owner.json'), JSON.stringify(owner))
}

const canUnshare = (() => {
  try {
    execFileSync('unshare', ['--pid', '--fork', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

describe('a lock', () => {
  it('is taken over, as an abandoned one, if it is no folder', async () => {
    await writeFile(path, '')
    expect(await withLock(path, async () => 'done', { timing: { ...QUICK, staleMs: 100 } })).toBe('done')
    expect(await readdir(dir)).toEqual([])
  })

  it('lets one work at a time, and names the process that is waited for', async () => {
    const events: string[] = []
    const owners: string[] = []
    const work = (name: string) =>
      withLock(
        path,
        async () => {
          events.push(`${name} begins`)
          await delay(100)
          events.push(`${name} ends`)
        },
        { onWait: (owner) => owners.push(owner), timing: QUICK },
      )
    const first = work('a')
    await delay(30)
    await Promise.all([first, work('b')])
    expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
    expect(owners).toEqual([`process ${process.pid}`])
    expect(await readdir(dir)).toEqual([])
  })

  it('is had by exactly one of many that want it at once', async () => {
    let [inside, most] = [0, 0]
    const work = async () => {
      inside += 1
      most = Math.max(most, inside)
      await delay(2)
      inside -= 1
    }
    await Promise.all(Array.from({ length: 20 }, () => withLock(path, work, { timing: { ...QUICK, pollMs: 2 } })))
    expect(most).toBe(1)
  })

  it('is released when the work fails, with the error of the work', async () => {
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await readdir(dir)).toEqual([])
  })

  it('stops waiting when it is cancelled', async () => {
    await lockOf(newOwner())
    const waiting = withLock(path, async () => 'never', { signal: AbortSignal.timeout(100), timing: QUICK })
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('in a place that takes no folder is told with its path', async () => {
    await expect(withLock('/dev/null/x.lock', async () => 'never')).rejects.toMatchObject({
      code: 'disk_failed',
      message: expect.stringContaining('/dev/null/x.lock'),
    })
  })

  it('of a process that was killed is taken at once', async () => {
    const { child, ended } = await holder('for', 60_000)
    child.kill('SIGKILL')
    await ended
    const started = performance.now()
    await withLock(path, async () => undefined, { timing: { staleMs: 60_000 } })
    expect(performance.now() - started).toBeLessThan(2_000)
  })

  it('of a process whose number another process has now is taken at once', async () => {
    await lockOf({ ...newOwner(), pid: process.ppid, started: '1' })
    await withLock(path, async () => undefined, { timing: { staleMs: 60_000 } })
  })

  it('is kept through minutes of computing without a pause, longer than a lock without a heartbeat lasts', async () => {
    const { ended, said } = await holder('busy', 3_000)
    const owner = JSON.parse(await readFile(join(path, 'owner.json'), 'utf8'))
    // As a process of another host sees it: only the heartbeat counts.
    await writeFile(join(path, 'owner.json'), JSON.stringify({ ...owner, ...elsewhere }))
    await withLock(path, async () => undefined, { timing: QUICK })
    await ended
    expect(said()).toBe('held\nstill held\n')
  })

  it('is not taken from a process that can be seen to live, though its heart stands still', async () => {
    const { child } = await holder('for', 60_000)
    child.kill('SIGSTOP')
    const waiting = takeLock(path, { timing: { ...QUICK, staleMs: 200 }, signal: AbortSignal.timeout(1_000) })
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('of another host is taken when its heart stood still for long enough, by the clock of the one who waits', async () => {
    await lockOf({ ...newOwner(), ...elsewhere })
    const started = performance.now()
    await withLock(path, async () => undefined, { timing: QUICK })
    expect(performance.now() - started).toBeGreaterThan(QUICK.staleMs)
  })

  it('that was taken over makes the old owner stop with a clear error, and leaves the new one alone', async () => {
    const { ended, said } = await holder('for', 1_500)
    await rm(path, { recursive: true })
    await withLock(
      path,
      async (lock) => {
        await ended
        lock.check()
      },
      { timing: QUICK },
    )
    expect(said()).toBe('held\nlost run_conflict\nrefused run_conflict\n')
  })

  it('that was taken over fails the work with that, not with what the work says of its missing files', async () => {
    const work = withLock(
      path,
      async (_lock, signal) => {
        await rm(path, { recursive: true })
        await once(signal, 'abort')
        throw new Error('ENOENT: no such file')
      },
      { timing: QUICK },
    )
    await expect(work).rejects.toMatchObject({ code: 'run_conflict', message: expect.stringContaining(path) })
  })

  it.runIf(canUnshare)('holds between containers: a number of another namespace is no sign of death', async () => {
    const { ended, said } = await holder('for', 1_500, ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'])
    const owners: string[] = []
    await withLock(path, async () => undefined, { onWait: (owner) => owners.push(owner), timing: QUICK })
    await ended
    expect(said()).toBe('held\nstill held\n')
    expect(owners[0]).toMatch(/^process \d+ of the host or container /)
  })

  it.runIf(canUnshare)('of a container that was killed is taken when its heart stood still for long enough', async () => {
    const { child, ended } = await holder('for', 60_000, ['unshare', '--pid', '--fork', '--kill-child'])
    child.kill('SIGKILL')
    await ended
    const started = performance.now()
    await withLock(path, async () => undefined, { timing: QUICK })
    expect(performance.now() - started).toBeGreaterThan(QUICK.staleMs / 2)
  })
})
