import { markdownTable } from '../src/report/documents/markdown-table.js'
import type { Pair } from './kept-figures.js'

/** A row a method: how far the reference lies above it. */
export function pairTable(pairs: readonly Pair[]): string {
  const rows = pairs.map(({ reference, method, seeds, difference, interval, p }) => [
    `${reference} less ${method}`,
    String(seeds.length),
    signed(difference),
    interval === null ? '-' : `${signed(interval[0])} to ${signed(interval[1])}`,
    p === null ? '-' : p < 0.001 ? '< 0.001' : p.toFixed(3),
  ])
  const columns = ['difference of THS', 'seeds', 'points', '95 % interval', 'p'].map((header, index) =>
    index === 0 ? { header } : { header, align: 'right' as const },
  )
  return markdownTable(columns, rows)
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`
}
