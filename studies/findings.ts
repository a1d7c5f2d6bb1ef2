import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chartDocument } from '../src/report/charts/render.js'
import { thsDots } from '../src/report/charts/ths-dots.js'
import { type Figure, keptFigures, keptPairs, labelOf, type Pair } from './kept-figures.js'
import { pairTable } from './pair-table.js'
import { refusalTable } from './refusal-table.js'
import { studyTable } from './study-table.js'

const DOCS = fileURLToPath(new URL('../docs/', import.meta.url))
const PAGE = `${DOCS}findings.md`
const SLOT = /<!-- (study|pairs|refusals): (\S+) (\S+) -->\n[\s\S]*?<!-- \/\1 -->/g
const PLOT = /\]\((findings\/(\S+)-(float32|bfloat16)\.svg)\)/g

/** The page with the table of every `<!-- study: NAME DTYPE -->`, `<!-- pairs: NAME DTYPE -->` and `<!-- refusals: NAME DTYPE -->` made anew from what is kept. */
export function findingsWithTables(page: string, figures: readonly Figure[], pairs: readonly Pair[]): string {
  const tables = {
    study: (study: string, dtype: string, what: string) => studyTable(those(figures, study, dtype, what)),
    refusals: (study: string, dtype: string, what: string) => refusalTable(those(figures, study, dtype, what)),
    pairs: (study: string, dtype: string, what: string) => pairTable(those(pairs, study, dtype, what)),
  }
  return page.replace(SLOT, (slot, kind: keyof typeof tables, study: string, dtype: string) => {
    const table = tables[kind](study, dtype, slot.slice(5, slot.indexOf(' -->')))
    return `<!-- ${kind}: ${study} ${dtype} -->\n${table}<!-- /${kind} -->`
  })
}

/** The drawing of every `findings/STUDY-DTYPE.svg` that the page shows: THS of every method and seed of one study. */
export async function findingsPlots(page: string, figures: readonly Figure[]): Promise<Map<string, string>> {
  const plots = new Map<string, string>()
  for (const [, file = '', study = '', dtype = ''] of page.matchAll(PLOT)) {
    const tuned = those(figures, study, dtype, file).filter(({ method }) => !method.startsWith('init-'))
    const scores = tuned.flatMap((each) =>
      each.ths === null ? [] : [{ method: labelOf(each), seed: each.seed, ths: each.ths, interval: null }],
    )
    plots.set(file, await chartDocument(thsDots(scores)))
  }
  return plots
}

function those<T extends Figure | Pair>(items: readonly T[], study: string, dtype: string, what: string): T[] {
  const found = items.filter((item) => item.study === study && item.dtype === dtype)
  if (found.length === 0) throw new Error(`docs/findings.md: nothing is kept for "${what}"`)
  return found
}

export async function writeFindings(): Promise<void> {
  const page = findingsWithTables(readFileSync(PAGE, 'utf8'), keptFigures(), keptPairs())
  writeFileSync(PAGE, page)
  mkdirSync(`${DOCS}findings`, { recursive: true })
  for (const [file, drawing] of await findingsPlots(page, keptFigures())) writeFileSync(`${DOCS}${file}`, drawing)
}
