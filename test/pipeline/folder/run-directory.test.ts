import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadConfig, resolveConfig } from '../../../src/config/load.js'
import { RunDirectory } from '../../../src/pipeline/folder/run-directory.js'

const HOLDER = fileURLToPath(new URL('../../locks/holds-lock.mjs', import.meta.url))
const config = resolveConfig({ model: { source: 'embedded:smollm2-135m-instruct' }, data: { train: 'atlas' } })

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'grait-folder-'))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(dir, { recursive: true, force: true })
})

describe('the folder of a run', () => {
  it('is another one for each of many runs that start in the same second', async () => {
    vi.spyOn(process, 'cwd').mockReturnValue(dir)
    const now = new Date(2026, 0, 2, 3, 4, 5)
    const claimed = await Promise.all(Array.from({ length: 3 }, () => RunDirectory.claim('mine', now, config)))
    const base = join(dir, 'runs', 'mine-20260102-030405')
    expect(claimed.map(({ path }) => path).sort()).toEqual([base, `${base}-2`, `${base}-3`])
    expect((await readdir(join(dir, 'runs'))).length).toBe(3)
  })

  it('keeps the configuration with whole paths, which means the same from every folder', async () => {
    const relative = resolveConfig({ model: { source: 'path:m' }, data: { train: 'jsonl:q.jsonl', dir: 'hub' } })
    vi.spyOn(process, 'cwd').mockReturnValue(dir)
    await (await RunDirectory.at('out', relative)).whileHeld(async () => undefined)
    const { model, data } = loadConfig(join(dir, 'out', 'config.yaml')).config
    expect([model.source, data.train, data.dir]).toEqual([`path:${join(dir, 'm')}`, `jsonl:${join(dir, 'q.jsonl')}`, 'hub'])
    expect(relative.model.source).toBe('path:m')
  })

  it('is written by one run at a time; the second is told at once which process holds it', async () => {
    const out = join(dir, 'out')
    const second = async () => (await RunDirectory.at(out, config)).whileHeld(async () => 'never')
    await (await RunDirectory.at(out, config)).whileHeld(async () => {
      expect(await readdir(out)).toEqual(['config.yaml', 'run.lock'])
      await expect(second()).rejects.toMatchObject({
        code: 'run_conflict',
        message: `${out}: process ${process.pid} is writing a run into this folder`,
        hint: expect.stringContaining('--out'),
      })
    })
    expect(await readdir(out)).toEqual(['config.yaml'])
  })

  it('of a run that another process writes is refused, and goes on at once after that process was killed', async () => {
    const out = join(dir, 'out')
    const child = spawn(process.execPath, [HOLDER, join(out, 'run.lock'), 'for', '60000', '200'], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    const again = async () => (await RunDirectory.at(out, config)).whileHeld(async () => 'done')
    await expect(again()).rejects.toMatchObject({ code: 'run_conflict', message: expect.stringContaining(`process ${child.pid}`) })
    child.kill('SIGKILL')
    await once(child, 'exit')
    const started = performance.now()
    expect(await again()).toBe('done')
    expect(performance.now() - started).toBeLessThan(2_000)
  })

  it('that another configuration took meanwhile is left as it is', async () => {
    const out = join(dir, 'out')
    const [one, other] = [await RunDirectory.at(out, config), await RunDirectory.at(out, { ...config, seed: 7 })]
    await one.whileHeld(async () => undefined)
    const written = await readFile(join(out, 'config.yaml'), 'utf8')
    await expect(other.whileHeld(async () => 'never')).rejects.toMatchObject({ code: 'run_conflict' })
    expect(await readFile(join(out, 'config.yaml'), 'utf8')).toBe(written)
  })

  it('that holds nothing but what a killed run left before its configuration is used', async () => {
    const out = join(dir, 'out')
    await mkdir(join(out, 'run.lock'), { recursive: true })
    await writeFile(join(out, '.0123456789ab.4194304.tmp'), 'half')
    expect(await (await RunDirectory.at(out, config)).whileHeld(async () => 'done')).toBe('done')
    await writeFile(join(dir, 'mine.txt'), 'mine')
    await expect(RunDirectory.at(dir, config)).rejects.toMatchObject({ code: 'run_conflict' })
  })
})
