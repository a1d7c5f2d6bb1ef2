import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Figure, keptFigures, keptPairs, type Pair } from './kept-figures.js'
import { pairTable } from './pair-table.js'
import { studyTable } from './study-table.js'

const PAGE = fileURLToPath(new URL('../docs/findings.md', import.meta.url))
const SLOT = /<!-- (study|pairs): (\S+) (\S+) -->\n[\s\S]*?<!-- \/\1 -->/g

/** The page with the table of every `<!-- study: NAME DTYPE -->` and `<!-- pairs: NAME DTYPE -->` made anew from what is kept. */
export function findingsWithTables(page: string, figures: readonly Figure[], pairs: readonly Pair[]): string {
  return page.replace(SLOT, (_, kind: 'study' | 'pairs', name: string, dtype: string) => {
    const of = <T extends Figure | Pair>(items: readonly T[]) => {
      const those = items.filter((item) => item.study === name && item.dtype === dtype)
      if (those.length === 0) throw new Error(`docs/findings.md: nothing is kept for "${kind}: ${name} ${dtype}"`)
      return those
    }
    const table = kind === 'study' ? studyTable(of(figures)) : pairTable(of(pairs))
    return `<!-- ${kind}: ${name} ${dtype} -->\n${table}<!-- /${kind} -->`
  })
}

export function writeFindings(): void {
  writeFileSync(PAGE, findingsWithTables(readFileSync(PAGE, 'utf8'), keptFigures(), keptPairs()))
}
