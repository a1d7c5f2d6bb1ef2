import { describe, expect, it } from 'vitest'
import type { JudgedSet } from '../../../src/evaluation/judged-set.js'
import type { Outcome } from '../../../src/evaluation/measures/outcome.js'
import { buildResults } from '../../../src/evaluation/results.js'
import { comparisonTables } from '../../../src/report/documents/comparison-tables.js'
import { markdownTable } from '../../../src/report/documents/markdown-table.js'
import { publishedFigures } from '../../../src/report/documents/published-figures.js'

const LETTERS: Record<string, Outcome> = { c: 'correct', w: 'wrong', r: 'refused', u: 'unparseable' }
/** "ccw" answers three questions; with two subjects the first half belongs to a. */
const set = (method: string, seed: number, outcomes: string, subjects = false): JudgedSet => ({
  method,
  seed,
  dataset: 'mmlu-val',
  answers: [...outcomes].map((letter, index) => ({
    id: `q${index}`,
    outcome: LETTERS[letter] as Outcome,
    ...(subjects ? { subject: index < 1 ? 'a' : 'b' } : {}),
  })),
})
const settings = { resamples: 200 }
const lines = (text: string, start: string) => text.split('\n').filter((line) => line.startsWith(start))

describe('the tables of a comparison', () => {
  it('show mean and deviation over seeds, and the difference from the reference', async () => {
    const sets = [set('init-basic', 1, 'ccww'), set('cor-rait', 1, 'ccrw'), set('grait', 1, 'ccrr'), set('grait', 2, 'crrr')]
    const results = await buildResults(sets, { ...settings, reference: 'grait' })
    const table = comparisonTables({ results, reference: 'grait', failures: [], notes: [] })
    expect(table).toContain('4 questions; percent, mean ± standard deviation over 2 seeds.')
    // THS of grait: 50 and 25; mean 37.5, sd 17.68. cor-rait: 50 - 25 * 50/50 = 25.
    expect(lines(table, '| grait')).toEqual(['| grait      | 37.5 ± 17.7 | 0.0 ± 0.0 | 62.5 ± 17.7 | 37.5 ± 17.7 |'])
    expect(lines(table, '| cor-rait')[1]).toMatch(/^\| cor-rait +\| +−12\.5 \|/)
    expect(table).not.toContain('## Notes')
  })

  it('show the interval over questions where there is one seed', async () => {
    const results = await buildResults([set('init-basic', 1, 'ccww'), set('grait', 1, 'ccrr')], { ...settings, reference: 'grait' })
    const table = comparisonTables({ results, reference: 'grait', failures: [], notes: [] })
    expect(table).toContain('4 questions; percent [95 % interval].')
    expect(lines(table, '| grait')[0]).toMatch(/50\.0 \[\d/)
  })

  it('show means over subjects, and published figures beside them, where there are any', async () => {
    const sets = [set('init-basic', 1, 'cwww', true), set('craft', 1, 'crrw', true)]
    const results = await buildResults(sets, { ...settings, reference: 'craft' })
    const published = publishedFigures('hub:meta-llama/Meta-Llama-3-8B-Instruct')
    const table = comparisonTables({ results, reference: 'craft', failures: [], notes: ['a note'], published })
    const bySubject = table.slice(table.indexOf('Mean over 2 subjects'))
    // Subject a: right; subject b: 1/3 wrong, 2/3 refused.
    expect(lines(bySubject, '| craft')[0]).toBe('| craft      | 50.0 | 16.7 | 33.3 | 33.3 |         53.3 |          9.6 |          34.0 |')
    expect(lines(table, '- ')).toEqual(['- a note', '- Published: CRaFT, arXiv 2410.06913, Table 2, LLaMA3-8B-Instruct.'])
  })

  it('name the methods that failed, once a reason, and unparseable answers', async () => {
    const results = await buildResults([set('init-basic', 1, 'cuww')], settings)
    const empty = { message: 'there is no unknown question', hint: 'Raise it.' }
    const failures = [
      ...[1, 2].flatMap((seed) => ['craft', 'grait'].map((method) => ({ method, seed, ...empty }))),
      { method: 'cor-rait', seed: 2, ...empty },
      { method: 'cor-rait', seed: 1, message: 'the loss is not finite' },
    ]
    const table = comparisonTables({ results, reference: 'grait', failures, notes: [] })
    expect(lines(table, '- ')).toEqual([
      '- Unparseable answers count as wrong: init-basic (at most 25.0 %).',
      '- FAILED: craft, grait (seeds 1, 2); cor-rait (seed 2): there is no unknown question. Raise it.',
      '- FAILED: cor-rait (seed 1): the loss is not finite',
    ])
  })
})

it('a Markdown table keeps its columns whatever the cells hold', () => {
  expect(markdownTable([{ header: 'a' }, { header: 'b', align: 'right' }], [['x|y', '1\n2']])).toBe(
    '| a    |   b |\n| ---- | --: |\n| x\\|y | 1 2 |\n',
  )
})

describe('published figures', () => {
  it('are found by the name of the model, however it is given', () => {
    const model = (source: string) => publishedFigures(source)?.model
    expect(model('path:/models/Llama-2-7b-chat-hf')).toBe('LLaMA2-7B-Chat')
    expect(model('hub:meta-llama/Meta-Llama-3-8B-Instruct@main')).toBe('LLaMA3-8B-Instruct')
    expect(model('embedded:smollm2-135m-instruct')).toBeUndefined()
    expect(model('hub:meta-llama/Llama-3.1-8B-Instruct')).toBeUndefined()
  })

  it('have a THS that follows from their Pc and Pw, but for rounding and four rows of the table', () => {
    const off: string[] = []
    for (const source of ['llama-2-7b-chat', 'llama-3-8b-instruct']) {
      const { rows = [] } = publishedFigures(source) ?? {}
      expect(rows).toHaveLength(7 * 4)
      for (const { dataset, method, pc, pw, ths } of rows) {
        const initial = rows.find((row) => row.dataset === dataset && row.method === 'init-basic')
        const computed = pc - (pw * (initial?.pc as number)) / (initial?.pw as number)
        if (Math.abs(computed - ths) > 0.35) off.push(`${source} ${dataset} ${method}`)
      }
    }
    expect(off).toEqual([
      'llama-2-7b-chat mmlu init-refuse',
      'llama-2-7b-chat mmlu cor-rait',
      'llama-2-7b-chat mmlu craft-no-certainty',
      'llama-3-8b-instruct mmlu corcer-rait',
    ])
  })
})
