import type { Interval } from '../../evaluation/resampling/percentile.js'
import type { ResultRow, Results } from '../../evaluation/result-rows.js'
import { bounds, decimal, signed } from '../numbers.js'
import { type Column, textTable } from './table.js'

export const RESULT_COLUMNS: readonly Column[] = [
  { header: 'method', shrinks: true },
  { header: 'Pc %', align: 'right' },
  { header: 'Pw %', align: 'right' },
  { header: 'Pr %', align: 'right' },
  { header: 'THS', align: 'right' },
]

/** Rows of one data set as cells: each figure with its 95 % interval. */
export function resultCells(rows: readonly ResultRow[]): string[][] {
  const severalSeeds = new Set(rows.map(({ seed }) => seed)).size > 1
  return rows.map((row) => [
    severalSeeds ? `${row.method} (seed ${row.seed})` : row.method,
    figure(row.pc, row.interval.pc),
    figure(row.pw, row.interval.pw),
    figure(row.pr, row.interval.pr),
    figure(row.ths, row.interval.ths),
  ])
}

/** One table per data set: Pc, Pw, Pr and THS of every method with 95 % intervals, then notes for the reader. */
export function resultsTable({ rows, comparisons }: Results, width = 100): string {
  const datasets = [...new Set(rows.map(({ dataset }) => dataset))]
  return datasets
    .map((dataset) => {
      const here = rows.filter((row) => row.dataset === dataset)
      const compared = comparisons.filter((comparison) => comparison.dataset === dataset)
      const notes = [
        ...here.flatMap(rowNotes),
        ...compared.map(({ a, b, difference, interval, p }) => {
          const chance = p === null ? '' : `, p ${p < 0.001 ? '< 0.001' : `= ${p.toFixed(3)}`}`
          return `${a} against ${b}: ${['THS', signed(difference), bounds(interval)].filter(Boolean).join(' ')}${chance}`
        }),
      ]
      const heading = `${dataset}: ${here[0]?.n ?? 0} questions; percent [95 % interval]\n`
      return heading + textTable(RESULT_COLUMNS, resultCells(here), width) + notes.map((note) => `${note}\n`).join('')
    })
    .join('\n')
}

function rowNotes({ method, unparseable, n, ths, bySubject }: ResultRow): string[] {
  const notes: string[] = []
  if (unparseable > 0) notes.push(`${method}: ${unparseable} of ${n} answers were unparseable; they count as wrong`)
  if (ths === null) notes.push(`${method}: no THS, because there is no initial model that is ever wrong`)
  if (bySubject !== null && bySubject.subjects > 1) {
    const { subjects, pc, pw, pr } = bySubject
    const score = bySubject.ths === null ? '' : `, THS ${decimal(bySubject.ths)}`
    notes.push(`${method}, mean over ${subjects} subjects: Pc ${pc.toFixed(1)}, Pw ${pw.toFixed(1)}, Pr ${pr.toFixed(1)}${score}`)
  }
  return notes
}

/** "41.2 [34.5, 48.0]"; a dash if there is no value. */
export function figure(value: number | null, interval: Interval | null): string {
  return value === null || interval === null ? decimal(value) : `${decimal(value)} ${bounds(interval)}`
}
