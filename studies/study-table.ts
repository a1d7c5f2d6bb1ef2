import { mean, standardDeviation } from '../src/evaluation/measures/moments.js'
import { markdownTable } from '../src/report/documents/markdown-table.js'
import type { Column } from '../src/report/terminal/table.js'
import type { Figure } from './kept-figures.js'

const COLUMNS: readonly Column[] = [
  { header: 'arm' },
  { header: 'method' },
  { header: 'seeds', align: 'right' },
  { header: 'Pc', align: 'right' },
  { header: 'Pw', align: 'right' },
  { header: 'Pr', align: 'right' },
  { header: 'THS', align: 'right' },
]

/** Means and standard deviations over seeds, a row a method and arm; the initial model, the same in all arms, once. */
export function studyTable(figures: readonly Figure[]): string {
  const rows = new Map<string, Figure[]>()
  for (const each of figures) {
    const initial = each.method.startsWith('init-')
    const name = JSON.stringify([initial ? '' : each.arm, each.method])
    const before = rows.get(name) ?? []
    if (!initial || before.length === 0) rows.set(name, [...before, each])
  }
  const lines = [...rows].map(([name, group]) => {
    const [arm, method] = JSON.parse(name) as [string, string]
    const seeds = new Set(group.map(({ seed }) => seed)).size
    const meanOf = (key: 'pc' | 'pw' | 'pr') => mean(group.map((each) => each[key])).toFixed(1)
    return [arm, method, String(seeds), meanOf('pc'), meanOf('pw'), meanOf('pr'), meanAndDeviation(group.flatMap(({ ths }) => ths ?? []))]
  })
  return markdownTable(COLUMNS, lines)
}

function meanAndDeviation(values: readonly number[]): string {
  if (values.length === 0) return '-'
  const deviation = standardDeviation(values)
  return deviation === null ? mean(values).toFixed(1) : `${mean(values).toFixed(1)} ± ${deviation.toFixed(1)}`
}
