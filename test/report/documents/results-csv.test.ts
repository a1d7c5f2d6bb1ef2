import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import type { ResultRow } from '../../../src/evaluation/result-rows.js'
import { resultsCsv } from '../../../src/report/documents/results-csv.js'

const row: ResultRow = {
  method: 'grait',
  seed: 1,
  dataset: 'test',
  n: 10,
  correct: 4,
  wrong: 3,
  refused: 3,
  unparseable: 0,
  pc: 40,
  pw: 30,
  pr: 30,
  ths: 12.5,
  interval: { pc: [20, 60], pw: [10, 50], pr: [10, 50], ths: null },
  bySubject: null,
  confidence: { auroc: 80, averagePrecision: 70, ece: null, aurc: 21, refusalAuroc: 75 },
  atThreshold: { pc: 38, pw: 20, pr: 42, ths: 15, threshold: 0.4, interval: null },
}

describe('results.csv', () => {
  it('has the confidence measures and the threshold of each row, empty where there are none', () => {
    const { confidence: _, atThreshold: __, ...plain } = row
    const [full, bare] = parse(resultsCsv([row, plain]), { columns: true }) as Record<string, string>[]
    expect(full).toMatchObject({ auroc: '80', average_precision: '70', ece: '', aurc: '21', threshold: '0.4', ths_at_threshold: '15' })
    expect(bare).toMatchObject({ method: 'grait', auroc: '', aurc: '', threshold: '', ths_at_threshold: '' })
  })
})
