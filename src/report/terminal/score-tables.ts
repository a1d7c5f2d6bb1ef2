import type { ResultRow, Results } from '../../evaluation/result-rows.js'
import { resultsTable } from './results-table.js'
import { type Column, textTable } from './table.js'

const COLUMNS: readonly Column[] = [
  { header: 'method', shrinks: true },
  { header: 'over-refusal %', align: 'right' },
  { header: 'hallucination left %', align: 'right' },
  { header: 'refusal precision %', align: 'right' },
  { header: 'refusal recall %', align: 'right' },
  { header: 'AURC %', align: 'right' },
]

/** The tables of results, followed by whether the right questions are refused. */
export function scoreTables(results: Results, width = 100): string {
  return resultsTable(results, width) + refusalTable(results.rows, width)
}

/** Empty if there is neither an initial model to compare with nor any confidence. */
function refusalTable(rows: readonly ResultRow[], width: number): string {
  const shown = rows.filter(({ refusal, riskCoverage }) => (refusal !== null && refusal !== undefined) || riskCoverage !== undefined)
  if (shown.length === 0) return ''
  const thresholds = shown.some(({ atThreshold }) => atThreshold !== undefined)
  const cells = shown.map(({ method, refusal, riskCoverage, atThreshold }) => [
    method,
    percent(refusal?.overRefusal),
    percent(refusal?.hallucinationLeft),
    percent(refusal?.refusalPrecision),
    percent(refusal?.refusalRecall),
    percent(riskCoverage?.area),
    ...(thresholds ? [percent(atThreshold?.ths)] : []),
  ])
  const columns = thresholds ? [...COLUMNS, { header: 'THS at threshold', align: 'right' as const }] : COLUMNS
  return `\nAre the right questions refused? Compared with the initial model's answers. Lower over-refusal, hallucination and AURC are better.\n${textTable(columns, cells, width)}`
}

function percent(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : value.toFixed(1)
}
