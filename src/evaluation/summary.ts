import { mean, standardDeviation } from './measures/moments.js'
import type { ResultRow, SummaryRow } from './result-rows.js'

type Measure = 'pc' | 'pw' | 'pr' | 'ths'

/** Means and standard deviations over seeds, one row per method and data set, in the order of `rows`. */
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
    return { method, dataset, seeds, mean: over(ofAll(mean)) as SummaryRow['mean'], sd: over(ofAll(standardDeviation)) }
  })
}

/** Null if one of the values is null. */
function ofAll(statistic: (values: readonly number[]) => number | null): (values: readonly (number | null)[]) => number | null {
  return (values) => {
    const present = values.filter((value) => value !== null)
    return present.length < values.length ? null : statistic(present)
  }
}
