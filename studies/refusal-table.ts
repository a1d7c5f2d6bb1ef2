import { markdownTable } from '../src/report/documents/markdown-table.js'
import { type Figure, labelOf } from './kept-figures.js'

/** A row a method and arm, summed over seeds: refusals, those that had been right, and how many by chance inside each subject. */
export function refusalTable(figures: readonly Figure[]): string {
  const sums = new Map<string, { refused: number; right: number; byChance: number }>()
  for (const figure of figures) {
    const { refused, refusedRight, refusedRightByChance } = figure
    if (refused === undefined || refusedRight === undefined || refusedRightByChance === undefined || refused === 0) continue
    const name = labelOf(figure)
    const sum = sums.get(name) ?? { refused: 0, right: 0, byChance: 0 }
    sums.set(name, { refused: sum.refused + refused, right: sum.right + refusedRight, byChance: sum.byChance + refusedRightByChance })
  }
  const rows = [...sums].map(([name, { refused, right, byChance }]) => [
    name,
    String(refused),
    String(right),
    byChance.toFixed(0),
    byChance === 0 ? '-' : `${(100 * (1 - right / byChance)).toFixed(0)} %`,
  ])
  const columns = ['method', 'refusals', 'right before', 'by chance', 'spared'].map((header, index) =>
    index === 0 ? { header } : { header, align: 'right' as const },
  )
  return markdownTable(columns, rows)
}
