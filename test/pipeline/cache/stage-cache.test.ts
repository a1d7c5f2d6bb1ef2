import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StageCache, type StageWorkspace } from '../../../src/pipeline/cache/stage-cache.js'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'grait-cache-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const stage = (inputs: unknown, compute: (files: string, resume: string, signal: AbortSignal) => Promise<void>) => ({
  name: 'knowledge',
  version: 1,
  inputs,
  compute: ({ files, resume, signal }: StageWorkspace) => compute(files, resume, signal),
})

describe('the stage cache', () => {
  it('computes a stage once and gives the same folder afterwards', async () => {
    const cache = new StageCache(dir)
    let computed = 0
    const work = stage({ a: 1 }, async (files) => {
      computed++
      await writeFile(join(files, 'x'), 'one')
    })
    const first = await cache.obtain(work)
    const second = await cache.obtain(work)
    expect(computed).toBe(1)
    expect([first.reused, second.reused]).toEqual([false, true])
    expect(await readFile(join(second.dir, 'x'), 'utf8')).toBe('one')
  })

  it('computes again when any input changes, and not when only the order of keys does', () => {
    const cache = new StageCache(dir)
    const key = (inputs: unknown) => cache.key({ name: 'knowledge', version: 1, inputs })
    expect(key({ a: 1, b: [1, 2] })).toBe(key({ b: [1, 2], a: 1 }))
    expect(key({ a: 1, b: [1, 2] })).not.toBe(key({ a: 1, b: [2, 1] }))
    expect(key({ a: 1 })).not.toBe(cache.key({ name: 'knowledge', version: 2, inputs: { a: 1 } }))
  })

  it.each(['', '/resume'])('computes a stage where a file lies in place of the folder <key>.partial%s', async (inside) => {
    const cache = new StageCache(dir)
    const work = stage('x', (files) => writeFile(join(files, 'whole'), 'whole'))
    const partial = join(dir, 'knowledge', `${cache.key(work).slice(0, 32)}.partial`)
    await mkdir(dirname(`${partial}${inside}`), { recursive: true })
    await writeFile(`${partial}${inside}`, '')
    expect(await readFile(join((await cache.obtain(work)).dir, 'whole'), 'utf8')).toBe('whole')
    expect(existsSync(partial)).toBe(false)
  })

  it('shows nothing of a stage that failed, and keeps what it can go on from', async () => {
    const cache = new StageCache(dir)
    const failing = stage('x', async (files, resume) => {
      await writeFile(join(files, 'half'), 'half')
      await writeFile(join(resume, 'batch'), 'kept')
      throw new Error('killed')
    })
    await expect(cache.obtain(failing)).rejects.toThrow('killed')
    expect((await readdir(join(dir, 'knowledge'))).filter((name) => !name.endsWith('.partial'))).toEqual([])
    const again = stage('x', async (files, resume) => {
      await expect(readFile(join(files, 'half'))).rejects.toThrow()
      expect(await readFile(join(resume, 'batch'), 'utf8')).toBe('kept')
      await writeFile(join(files, 'whole'), 'whole')
    })
    const { dir: finished } = await cache.obtain(again)
    expect(await readFile(join(finished, 'whole'), 'utf8')).toBe('whole')
  })

  it('lets one of two at the same time compute, the other waits and shares', async () => {
    const cache = new StageCache(dir)
    let computed = 0
    const slow = stage('slow', async (files) => {
      computed++
      await new Promise((done) => setTimeout(done, 300))
      await writeFile(join(files, 'x'), 'x')
    })
    const waited: string[] = []
    const both = await Promise.all([cache.obtain(slow), cache.obtain(slow, { onWait: (owner) => waited.push(owner) })])
    expect(computed).toBe(1)
    expect(both.map((finished) => finished.reused).sort()).toEqual([false, true])
    expect(waited).toEqual([`process ${process.pid}`])
  })

  it('keeps what a computation that lost its lock writes out of the stage', async () => {
    const cache = new StageCache(dir)
    let lock = ''
    const lost = stage('lost', async (files, _resume, signal) => {
      lock = join(files, '..', '..', (await readdir(join(files, '..', '..'))).find((name) => name.endsWith('.lock')) as string)
      await rm(lock, { recursive: true })
      const other = await cache.obtain(stage('lost', async (own) => writeFile(join(own, 'x'), 'right')))
      expect(other.reused).toBe(false)
      if (!signal.aborted) await once(signal, 'abort')
      await writeFile(join(files, 'x'), 'late')
    })
    await expect(cache.obtain(lost)).rejects.toMatchObject({ code: 'run_conflict', message: expect.stringContaining(lock) })
    const { dir: finished } = await cache.obtain(stage('lost', async () => undefined))
    expect(await readFile(join(finished, 'x'), 'utf8')).toBe('right')
  })

  describe('finds damage in a finished stage', () => {
    const content = { 'answers.jsonl': '{"id":"a"}\n{"id":"b"}\n', 'adapter/weights': 'x'.repeat(100), 'idk/shard.npy': '\0'.repeat(64) }
    const work = stage('damaged', async (files) => {
      for (const [name, text] of Object.entries(content)) {
        await mkdir(join(files, name, '..'), { recursive: true })
        await writeFile(join(files, name), text)
      }
    })
    const flip = async (path: string) => {
      const bytes = await readFile(path)
      bytes[3] = (bytes[3] as number) ^ 1
      await writeFile(path, bytes)
    }
    const damages: Record<string, (path: string) => Promise<unknown>> = {
      'flipped bit': flip,
      'lost end': (path) => truncate(path, 5),
      'emptied file': (path) => truncate(path, 0),
      'added line': (path) => appendFile(path, '{}\n'),
      'deleted file': (path) => rm(path),
      'folder in place of a file': async (path) => {
        await rm(path)
        await mkdir(path)
      },
    }
    for (const name of [...Object.keys(content), 'manifest.json']) {
      for (const [kind, damage] of Object.entries(damages)) {
        it(`${kind}: ${name}`, async () => {
          const { dir: finished } = await new StageCache(dir).obtain(work)
          await damage(join(finished, name))
          const told: string[] = []
          const again = await new StageCache(dir).obtain(work, { onDamage: (what, aside) => told.push(`${what} -> ${aside}`) })
          expect(again.reused).toBe(false)
          for (const [each, text] of Object.entries(content)) expect(await readFile(join(again.dir, each), 'utf8')).toBe(text)
          expect(told).toHaveLength(1)
          expect(told[0]).toMatch(new RegExp(`${name}.* -> ${finished}\\.damaged-[0-9a-f]+$`))
          expect(existsSync((told[0] as string).split(' -> ')[1] as string)).toBe(true)
          expect((await new StageCache(dir).obtain(work)).reused).toBe(true)
        })
      }
    }

    it('in the list of its files, which lost an entry', async () => {
      const { dir: finished } = await new StageCache(dir).obtain(work)
      const list = join(finished, 'manifest.json')
      const { files, ...rest } = JSON.parse(await readFile(list, 'utf8'))
      const { 'answers.jsonl': _, ...others } = files
      await writeFile(list, JSON.stringify({ files: others, ...rest }))
      await rm(join(finished, 'answers.jsonl'))
      const again = await new StageCache(dir).obtain(work)
      expect(again.reused).toBe(false)
      expect(existsSync(join(again.dir, 'answers.jsonl'))).toBe(true)
    })

    it('that left no trace in the times of the file, when every byte is read', async () => {
      const { dir: finished } = await new StageCache(dir).obtain(work)
      const path = join(finished, 'adapter/weights')
      await flip(path)
      // What a failing disk does: the note of when the file was last read stays right.
      const { ino, ctimeNs } = await stat(path, { bigint: true })
      const noted = JSON.parse(await readFile(join(finished, 'checked.json'), 'utf8'))
      await writeFile(join(finished, 'checked.json'), JSON.stringify({ ...noted, 'adapter/weights': `${ino} ${ctimeNs}` }))
      expect((await new StageCache(dir).obtain(work)).reused).toBe(true)
      expect((await new StageCache(dir, { verify: true }).obtain(work)).reused).toBe(false)
    })

    it('but none in one that was only copied to another disk', async () => {
      const { dir: finished } = await new StageCache(dir).obtain(work)
      await cp(finished, `${finished}.copy`, { recursive: true })
      await rm(finished, { recursive: true })
      await rename(`${finished}.copy`, finished)
      expect((await new StageCache(dir).obtain(work)).reused).toBe(true)
    })
  })
})
