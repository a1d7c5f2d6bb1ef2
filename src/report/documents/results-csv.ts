import { stringify } from 'csv-stringify/sync'
import type { ResultRow } from '../../evaluation/result-rows.js'

const MEASURES = ['pc', 'pw', 'pr', 'ths'] as const

/** results.csv: one line per row of results.json, with separate columns for intervals, measures of confidence and means over subjects. */
export function resultsCsv(rows: readonly ResultRow[]): string {
  const records = rows.map(({ interval, bySubject, ...row }) => ({
    method: row.method,
    seed: row.seed,
    dataset: row.dataset,
    n: row.n,
    correct: row.correct,
    wrong: row.wrong,
    refused: row.refused,
    unparseable: row.unparseable,
    ...Object.fromEntries(
      MEASURES.flatMap((measure) => [
        [measure, row[measure]],
        [`${measure}_low`, interval[measure]?.[0] ?? null],
        [`${measure}_high`, interval[measure]?.[1] ?? null],
      ]),
    ),
    auroc: row.confidence?.auroc ?? null,
    average_precision: row.confidence?.averagePrecision ?? null,
    ece: row.confidence?.ece ?? null,
    aurc: row.confidence?.aurc ?? null,
    threshold: row.atThreshold?.threshold ?? null,
    ths_at_threshold: row.atThreshold?.ths ?? null,
    subjects: bySubject?.subjects ?? null,
    ...Object.fromEntries(MEASURES.map((measure) => [`${measure}_by_subject`, bySubject?.[measure] ?? null])),
  }))
  return stringify(records, { header: true })
}
