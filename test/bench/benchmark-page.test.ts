import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { faster, share } from './bench-line.js'
import { benchmarkTable, pageWithTable } from './benchmark-page.js'
import { keptLines } from './kept-lines.js'

test('the table of benchmarks is what the kept measurements give', () => {
  const page = readFileSync(fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url)), 'utf8')
  expect(pageWithTable(page, keptLines())).toBe(page)
})

test('a row tells what was measured, against what, and the ratio in the sense it is meant', () => {
  const of = (what: string) => ({ name: `some/${what}`, what, unit: 's' as const })
  const scoring = faster(of('scoring'), 2, 31, 'full passes')
  const table = benchmarkTable([scoring, share(of('gradients'), 11.5, 10, 'bare passes')])
  expect(table.split('\n').slice(2)).toEqual([
    `| scoring | 2 s | full passes: 31 s | 15.5 x faster | ${scoring.machine} |`,
    `| gradients | 11.5 s | bare passes: 10 s | 1.15 x | ${scoring.machine} |`,
  ])
})
