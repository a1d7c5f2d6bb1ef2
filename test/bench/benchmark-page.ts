import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BenchLine } from './bench-line.js'
import { keptLines } from './kept-lines.js'

const PAGE = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url))
const BEGIN = '<!-- benchmarks: npm run bench -- table -->'
const END = '<!-- /benchmarks -->'
/** Errors of projections: docs/gradient-engine.md has them, form by form. */
const ELSEWHERE = /^projection\/(sgd|adam)-/

/** docs/benchmarks.md with its table made anew from the kept lines. */
export function pageWithTable(page: string, lines: readonly BenchLine[]): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`docs/benchmarks.md: lacks the lines "${BEGIN}" and "${END}"`)
  return `${page.slice(0, begin + BEGIN.length)}\n${benchmarkTable(lines)}\n${page.slice(end)}`
}

export function writeBenchmarkPage(): void {
  writeFileSync(PAGE, pageWithTable(readFileSync(PAGE, 'utf8'), keptLines()))
}

/** A Markdown table, a row a line. */
export function benchmarkTable(lines: readonly BenchLine[]): string {
  const shown = lines.filter(({ name }) => !ELSEWHERE.test(name))
  const rows = shown.map(
    (line) => `| ${line.what} | ${figure(line.ours)} ${line.unit} | ${against(line)} | ${ratio(line)} | ${line.machine} |`,
  )
  return ['| what | measured | against | ratio | machine |', '|---|---|---|---|---|', ...rows].join('\n')
}

function against({ against, reference, unit }: BenchLine): string {
  return against === null || reference === null ? '' : `${against}: ${figure(reference)} ${unit}`
}

function ratio({ ratio, ratioMeans }: BenchLine): string {
  if (ratio === null) return ''
  return ratioMeans === 'times faster' ? `${figure(ratio)} x faster` : `${ratio.toFixed(2)} x`
}

/** Three significant figures, without an exponent. */
function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)))
}
