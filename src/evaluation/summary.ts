import type { ResultRow, SummaryRow } from './results.js'

type Measure = 'pc' | 'pw' | 'pr' | 'ths'

/** Means and standard deviations over seeds, one row a method and data set, in the order of `rows`. */
export function summarise(rows: readonly ResultRow[]): SummaryRow[] {
  const groups = new Map<string, ResultRow[]>()
  for (const row of rows) {
    const key = JSON.stringify([row.method, row.dataset])
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return [...groups.values()].map((group) => {
    const { method, dataset } = group[0] as ResultRow
    const column = (measure: Measure) => group.map((row) => row[measure])
    const over = <T>(statistic: (values: (number | null)[]) => T) => ({
      pc: statistic(column('pc')),
      pw: statistic(column('pw')),
      pr: statistic(column('pr')),
      ths: statistic(column('ths')),
    })
    const seeds = group.map(({ seed }) => seed)
    return { method, dataset, seeds, mean: over(mean) as SummaryRow['mean'], sd: over(standardDeviation) }
  })
}

function mean(values: readonly (number | null)[]): number | null {
  const present = values.filter((value) => value !== null)
  return present.length < values.length ? null : present.reduce((sum, value) => sum + value, 0) / present.length
}

/** With n - 1; null with fewer than two values. */
function standardDeviation(values: readonly (number | null)[]): number | null {
  const centre = mean(values)
  if (centre === null || values.length < 2) return null
  const squares = values.reduce<number>((sum, value) => sum + ((value as number) - centre) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1))
}
