import type { JudgedSet, Outcome, ResultRow } from 'grait'
import { mean, standardDeviation } from '../../src/evaluation/measures/moments.js'
import { INIT_BASIC } from '../../src/evaluation/result-rows.js'
import { buildResults } from '../../src/evaluation/results.js'
import { UNTRAINED } from '../../src/evaluation/untrained/registry.js'
import { groupBy } from '../../src/group-by.js'
import { markdownTable } from '../../src/report/documents/markdown-table.js'
import { judgedSet, type KeptPiece, keptPieces } from './kept-answers.js'
import { holm, twoLevelDifference } from './two-level.js'

/** Ends the name of the questions that thresholds are set on. */
const ASIDE = '-thresholds'

/** The rows of what is kept of a sort, a table a data set, and how `reference` stands to every other method. */
export async function keptRows(sort: string, reference: string): Promise<string> {
  const sets = assembled(keptPieces(sort))
  const { rows } = await buildResults(sets, { resamples: 100, reference })
  const tables: string[] = []
  for (const [dataset, here] of groupBy(rows, (row) => row.dataset)) {
    tables.push(
      `${dataset}\n\n${rowTable(here)}\n${differenceTable(
        sets.filter((set) => set.dataset === dataset),
        reference,
      )}`,
    )
  }
  return tables.join('\n')
}

/** Every set on a test, with the answers that its threshold is set on; rows without training know what they were before it. */
export function assembled(pieces: readonly KeptPiece[]): JudgedSet[] {
  const sets = pieces.flatMap((piece) => piece.sets.map(judgedSet))
  const initial = (dataset: string) => sets.find((set) => set.method === INIT_BASIC && set.dataset === dataset)
  return sets
    .filter(({ dataset }) => !dataset.endsWith(ASIDE))
    .map((set): JudgedSet => {
      const aside = sets.find(({ method, seed, dataset }) => dataset.endsWith(ASIDE) && method === set.method && seed === set.seed)
      const basic = initial(set.dataset)?.answers
      const gated = UNTRAINED.some(({ id }) => id === set.method) && basic !== undefined
      const ungated = gated
        ? set.answers.map((answer, index) => ({ ...answer, outcome: basic[index]?.outcome ?? answer.outcome }))
        : undefined
      return { ...set, validation: aside?.answers, ungated }
    })
}

const MEASURES: readonly [header: string, of: (row: ResultRow) => number | null | undefined][] = [
  ['Pc', ({ pc }) => pc],
  ['Pw', ({ pw }) => pw],
  ['Pr', ({ pr }) => pr],
  ['THS', ({ ths }) => ths],
  ['at threshold', ({ atThreshold }) => atThreshold?.ths],
  ['AUROC', ({ confidence }) => confidence?.auroc],
  ['AURC', ({ confidence }) => confidence?.aurc],
  ['AUROC of refusing', ({ confidence }) => confidence?.refusalAuroc],
]

/** Means over seeds, with the standard deviation of both THS. */
function rowTable(rows: readonly ResultRow[]): string {
  const lines = [...groupBy(rows, ({ method }) => method)].map(([method, group]) => [
    method,
    String(group.length),
    ...MEASURES.map(([, of]) => meanAndDeviation(group.flatMap((row) => of(row) ?? []))),
  ])
  const columns = ['method', 'seeds', ...MEASURES.map(([header]) => header)]
  return markdownTable(
    columns.map((header, index) => (index === 0 ? { header } : { header, align: 'right' as const })),
    lines,
  )
}

function meanAndDeviation(values: readonly number[]): string {
  if (values.length === 0) return '-'
  const deviation = standardDeviation(values)
  return deviation === null ? mean(values).toFixed(1) : `${mean(values).toFixed(1)} ± ${deviation.toFixed(1)}`
}

/** THS of `reference` less that of each other method: questions and seeds resampled, p adjusted for their number. */
function differenceTable(sets: readonly JudgedSet[], reference: string): string {
  const byMethod = groupBy(sets, ({ method }) => method)
  const outcomesOf = (method: string): Outcome[][] => {
    return (byMethod.get(method) ?? []).map(({ answers }) => answers.map(({ outcome }) => outcome))
  }
  const [basic] = outcomesOf(INIT_BASIC)
  const own = outcomesOf(reference)
  if (basic === undefined || own.length === 0) return ''
  const others = [...byMethod.keys()].filter((method) => method !== reference && method !== INIT_BASIC)
  const found = others.map((method) => twoLevelDifference(own, outcomesOf(method), basic))
  const adjusted = holm(found.map(({ p }) => p))
  const lines = others.map((method, index) => {
    const { difference, interval, p } = found[index] as (typeof found)[number]
    const bounds = interval === null ? '-' : `${interval[0].toFixed(1)} to ${interval[1].toFixed(1)}`
    return [`${reference} less ${method}`, difference.toFixed(1), bounds, p.toFixed(4), (adjusted[index] as number).toFixed(4)]
  })
  const columns = ['difference of THS', 'points', '95 % interval', 'p', 'p (Holm)']
  return markdownTable(
    columns.map((header, index) => (index === 0 ? { header } : { header, align: 'right' as const })),
    lines,
  )
}
