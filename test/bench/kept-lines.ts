import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BenchLine } from './bench-line.js'

const KEPT = fileURLToPath(new URL('../../docs/benchmarks.jsonl', import.meta.url))

/** The lines kept so far, in order of name. */
export function keptLines(): BenchLine[] {
  if (!existsSync(KEPT)) return []
  const lines = readFileSync(KEPT, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as BenchLine)
}

/** Keeps a line, in place of the one of the same name. */
export function keepLine(line: BenchLine): void {
  const others = keptLines().filter(({ name }) => name !== line.name)
  const lines = [...others, line].sort((a, b) => (a.name < b.name ? -1 : 1))
  writeFileSync(KEPT, lines.map((each) => `${JSON.stringify(each)}\n`).join(''))
}
