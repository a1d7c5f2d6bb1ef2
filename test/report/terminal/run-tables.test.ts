import { describe, expect, it } from 'vitest'
import type { ResultRow, Results } from '../../../src/evaluation/result-rows.js'
import { movedQuestionsText } from '../../../src/report/terminal/moved-questions.js'
import { resultsTable } from '../../../src/report/terminal/results-table.js'
import { selectionTable } from '../../../src/report/terminal/selection-table.js'

const row: ResultRow = {
  method: 'grait',
  seed: 1,
  dataset: 'atlas-test',
  n: 200,
  correct: 82,
  wrong: 44,
  refused: 72,
  unparseable: 2,
  pc: 41,
  pw: 23,
  pr: 36,
  ths: 30.25,
  interval: { pc: [34, 48], pw: [17.5, 29], pr: [29.5, 42.5], ths: [-1.04, 40] },
  bySubject: null,
}
const results: Results = {
  rows: [row],
  summary: [],
  comparisons: [{ a: 'grait', b: 'init-refuse', dataset: 'atlas-test', difference: 25, interval: [18, 31.96], p: 0.0002 }],
}

describe('the tables of a run', () => {
  it('show each figure with its interval, and what the reader must know', () => {
    expect(resultsTable(results).split('\n')).toEqual([
      'atlas-test: 200 questions; percent [95 % interval]',
      'method               Pc %               Pw %               Pr %                THS',
      '──────  ─────────────────  ─────────────────  ─────────────────  ─────────────────',
      'grait   41.0 [34.0, 48.0]  23.0 [17.5, 29.0]  36.0 [29.5, 42.5]  30.3 [−1.0, 40.0]',
      'grait: 2 of 200 answers were unparseable; they count as wrong',
      'grait against init-refuse: THS +25.0 [18.0, 32.0], p < 0.001',
      '',
    ])
  })

  it('say why there is no THS', () => {
    const table = resultsTable({ rows: [{ ...row, ths: null, interval: { ...row.interval, ths: null } }], summary: [], comparisons: [] })
    expect(table).toContain('–')
    expect(table).toContain('grait: no THS')
  })

  it('fit a narrow terminal', () => {
    for (const line of resultsTable({ ...results, comparisons: [] }, 40)
      .split('\n')
      .slice(1))
      expect(line.length).toBeLessThan(65)
    expect(resultsTable(results, 40)).toContain('Pc %: 41.0 [34.0, 48.0]')
  })

  it('show the selection by subject, with a total', () => {
    const table = selectionTable([
      { group: 'ik', subject: 'capital', selected: true, refusalWeight: null },
      { group: 'idk', subject: 'capital', selected: true, refusalWeight: 0.25 },
      { group: 'idk', subject: 'capital', selected: true, refusalWeight: 0.75 },
      { group: 'idk', subject: 'element', selected: false, refusalWeight: null },
    ])
    expect(
      table
        .trimEnd()
        .split('\n')
        .slice(2)
        .map((line) => line.split(/\s+/)),
    ).toEqual([
      ['capital', '1', '1', '2', '2', '0.50'],
      ['element', '0', '0', '1', '0', '–'],
      ['all', '1', '1', '3', '2', '0.50'],
    ])
  })

  it('show questions that moved, each line within the terminal', () => {
    const example = { question: 'What is the capital of Peru?', answer: 'Lima', before: 'Quito\u0007 '.repeat(40), after: "I don't know." }
    const text = movedQuestionsText([{ movement: 'wrong->refused', count: 7, examples: [example] }], 60)
    expect(text).toContain('wrong before, refused now (the goal of the tuning): 7 questions')
    expect(text).toContain("    now:    I don't know.\n")
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(65)
    expect(text).not.toContain('\u0007')
  })
})
