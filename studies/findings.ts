import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Figure, keptFigures } from './kept-figures.js'
import { studyTable } from './study-table.js'

const PAGE = fileURLToPath(new URL('../docs/findings.md', import.meta.url))
const SLOT = /<!-- study: (\S+) (\S+) -->\n[\s\S]*?<!-- \/study -->/g

/** The page with the table of every `<!-- study: NAME DTYPE -->` made anew from the kept figures. */
export function findingsWithTables(page: string, figures: readonly Figure[]): string {
  return page.replace(SLOT, (_, name: string, dtype: string) => {
    const those = figures.filter((figure) => figure.study === name && figure.dtype === dtype)
    if (those.length === 0) throw new Error(`docs/findings.jsonl has no figures of the study ${name} in ${dtype}`)
    return `<!-- study: ${name} ${dtype} -->\n${studyTable(those)}\n<!-- /study -->`
  })
}

export function writeFindings(): void {
  writeFileSync(PAGE, findingsWithTables(readFileSync(PAGE, 'utf8'), keptFigures()))
}
