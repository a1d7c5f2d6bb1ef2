import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { StageCache } from '../../src/pipeline/cache/stage-cache.js'
import { grait } from './grait-command.js'

let stages: string
beforeEach(async () => {
  stages = await mkdtemp(join(tmpdir(), 'grait-doctor-'))
})
afterEach(() => rm(stages, { recursive: true, force: true }))

it('the doctor takes an adapter only with its model', async () => {
  const { stderr, exitCode } = await grait(['doctor', '--adapter', 'path:a'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('--model SOURCE')
})

it('the doctor names every finished stage that is damaged, and what to do', async () => {
  const cache = new StageCache(stages)
  const stage = (inputs: string) =>
    cache.obtain({ name: 'knowledge', version: 1, inputs, compute: ({ files }) => writeFile(join(files, 'answers.jsonl'), 'whole') })
  const [whole, cut] = [await stage('whole'), await stage('cut')]
  await truncate(join(cut.dir, 'answers.jsonl'), 2)
  const { stdout, exitCode } = await grait(['doctor', '--json', '--stages', stages])
  expect(exitCode).toBe(1)
  const { ok, problems } = JSON.parse(stdout) as { ok: boolean; problems: { what: string; fix: string }[] }
  expect(ok).toBe(false)
  const ofStages = problems.filter(({ what }) => what.includes(stages))
  expect(ofStages).toEqual([
    {
      what: `the finished stage ${cut.dir} is damaged: answers.jsonl has 2 bytes, not 5`,
      fix: expect.stringContaining(`rm -r ${cut.dir}`),
    },
  ])
  expect(ofStages[0]?.what).not.toContain(whole.dir)
}, 60_000) // it imports PyTorch, which takes its time on a busy machine
