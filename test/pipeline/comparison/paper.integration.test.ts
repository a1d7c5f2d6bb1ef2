import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { UNTRAINED } from '../../../src/evaluation/untrained/registry.js'
import { paperExperiment } from '../../../src/pipeline/comparison/paper.js'

const dir = mkdtempSync(join(tmpdir(), 'grait-paper-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Files that look like MMLU's and ARC's; of ARC-Challenge there is the dev split alone. */
function writeLookAlikes(data: string): void {
  const csv = (subject: string, split: string, count: number) => {
    mkdirSync(join(data, 'mmlu', split), { recursive: true })
    const rows = Array.from({ length: count }, (_, row) => `${subject} ${split} ${row}?,one ${row},two,three,four,${'ABCD'[row % 4]}`)
    writeFileSync(join(data, 'mmlu', split, `${subject}_${split}.csv`), `${rows.join('\n')}\n`)
  }
  for (const subject of ['anatomy', 'virology'])
    for (const [split, count] of [
      ['test', 20],
      ['val', 6],
      ['dev', 5],
    ] as const)
      csv(subject, split, count)
  mkdirSync(join(data, 'arc'), { recursive: true })
  const choices = ['w', 'x', 'y'].map((text, index) => ({ text, label: String(index + 1) }))
  const lines = Array.from({ length: 8 }, (_, row) =>
    JSON.stringify({ id: `arc${row}`, question: { stem: `Which is ${row}?`, choices }, answerKey: String((row % 3) + 1) }),
  )
  writeFileSync(join(data, 'arc', 'ARC-Challenge-Dev.jsonl'), `${lines.join('\n')}\n`)
}

describe('the set-up of the paper', () => {
  const data = join(dir, 'data')
  beforeAll(() => writeLookAlikes(data))

  it('runs at a small scale, tests in and out of domain, and says which split is used instead of another', async () => {
    const set = [
      `cache.dir=${join(dir, 'cache')}`,
      `runtime.python=${inject('python')}`,
      'model.dtype=float32',
      'knowledge.shots=0',
      'knowledge.threshold=0.25',
      'evaluation.bootstrap=100',
      'evaluation.maxTokens=4',
      'tuning.lora.rank=4',
      'tuning.train.epochs=1',
    ]
    const { results, table, failures, config } = await paperExperiment(
      { setting: 'mcqa', model: `path:${inject('tinyModel')}`, data, limit: 30, set },
      { methods: ['cor-rait'], seeds: [1], out: join(dir, 'run') },
    )
    expect(failures).toEqual([])
    expect(config.selection).toMatchObject({ known: 9, unknown: 2 })
    // The method needs no gradients.
    const untrained = UNTRAINED.filter(({ probe, openEnded }) => probe !== 'gradient' && !openEnded).map(({ id }) => id)
    expect(results.rows.map(({ dataset, method, n }) => `${dataset} ${method} ${n}`)).toEqual([
      'mmlu-val init-basic 12',
      'mmlu-val init-refuse 12',
      ...untrained.map((id) => `mmlu-val ${id} 12`),
      'mmlu-val cor-rait 12',
      'arc-challenge-dev init-basic 8',
      'arc-challenge-dev init-refuse 8',
      ...untrained.map((id) => `arc-challenge-dev ${id} 8`),
      'arc-challenge-dev cor-rait 8',
    ])
    expect(table).toContain(`- arc-challenge: there is no test split in ${data}; dev is used instead.`)
    expect(table).toContain('Mean over 2 subjects')
  })

  it('names what is missing where nothing can stand in for it', async () => {
    await expect(paperExperiment({ setting: 'oeqa', model: 'embedded:smollm2-135m-instruct', data })).rejects.toMatchObject({
      code: 'data_not_found',
      message: expect.stringContaining('triviaqa'),
    })
  })
})
