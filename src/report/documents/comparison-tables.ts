import type { Comparison, ResultRow, Results, SummaryRow } from '../../evaluation/result-rows.js'
import { type FailedMethod, failureNotes } from '../method-notes.js'
import { decimal, signed } from '../numbers.js'
import { figure } from '../terminal/results-table.js'
import type { Column } from '../terminal/table.js'
import { markdownTable } from './markdown-table.js'
import type { PublishedFigures, PublishedRow } from './published-figures.js'

export interface ComparedMethods {
  results: Results
  /** The method that the others are compared with. */
  reference: string
  failures: readonly FailedMethod[]
  /** Notes about the data for the reader, one sentence each. */
  notes: readonly string[]
  /** Published results to show next to the measured ones. */
  published?: PublishedFigures | undefined
}

const MEASURES = ['pc', 'pw', 'pr', 'ths'] as const
type Measure = (typeof MEASURES)[number]
type Figures = Record<Measure, number | null>

const right = (header: string): Column => ({ header, align: 'right' })
const COLUMNS: readonly Column[] = [{ header: 'method' }, right('Pc %'), right('Pw %'), right('Pr %'), right('THS')]

/** A comparison as Markdown: for every data set the methods over seeds, their differences from the reference, and notes. */
export function comparisonTables({ results, reference, failures, notes, published }: ComparedMethods): string {
  const datasets = [...new Set(results.rows.map(({ dataset }) => dataset))]
  const sections = datasets.map((dataset) => {
    const rows = results.rows.filter((row) => row.dataset === dataset)
    const summary = results.summary.filter((row) => row.dataset === dataset)
    const compared = results.comparisons.filter((row) => row.dataset === dataset)
    const figures = published?.rows.filter((row) => dataset === row.dataset || dataset.startsWith(`${row.dataset}-`)) ?? []
    const bySubject = subjectsTable(rows, summary, figures)
    return [
      `## ${dataset}`,
      methodsTable(rows, summary, bySubject.length === 0 ? figures : []),
      ...bySubject,
      ...differences(compared, reference),
      ...list(rowNotes(rows)),
    ].join('\n\n')
  })
  const source = published === undefined ? [] : [`Published: ${published.source}, ${published.model}.`]
  const general = [...failureNotes(failures), ...notes, ...source]
  return `${[...sections, ...(general.length > 0 ? ['## Notes', ...list(general)] : [])].join('\n\n')}\n`
}

/** Mean ± standard deviation over seeds; with only one seed, its interval over questions. */
function methodsTable(rows: readonly ResultRow[], summary: readonly SummaryRow[], published: readonly PublishedRow[]): string {
  const single = summary.every(({ seeds }) => seeds.length === 1)
  const cells = summary.map((row) => {
    const interval = rows.find(({ method }) => method === row.method)?.interval
    return [
      row.method,
      ...MEASURES.map((measure) => (single ? figure(row.mean[measure], interval?.[measure] ?? null) : spread(row, measure))),
    ]
  })
  const seeds = new Set(summary.flatMap((row) => row.seeds)).size
  const what = single ? 'percent [95 % interval]' : `percent, mean ± standard deviation over ${seeds} seeds`
  return `${rows[0]?.n ?? 0} questions; ${what}.\n\n${besidePublished(cells, published)}`
}

/**
 * Means in which every subject weighs the same, as in MMLU's published results; empty if questions have no subjects or all the same.
 */
function subjectsTable(rows: readonly ResultRow[], summary: readonly SummaryRow[], published: readonly PublishedRow[]): string[] {
  const subjects = rows[0]?.bySubject?.subjects ?? 0
  if (subjects < 2 || rows.some(({ bySubject }) => bySubject === null)) return []
  const cells = summary.map(({ method }) => {
    const own = rows.filter((row) => row.method === method).map(({ bySubject }) => bySubject as Figures)
    return [method, ...MEASURES.map((measure) => meanFigure(own.map((figures) => figures[measure])))]
  })
  const single = summary.every(({ seeds }) => seeds.length === 1)
  return [`Mean over ${subjects} subjects${single ? '' : ', and over seeds'}.\n\n${besidePublished(cells, published)}`]
}

/** A table of methods, with the published results of the same methods, if any, as additional columns. */
function besidePublished(cells: readonly string[][], published: readonly PublishedRow[]): string {
  if (published.length === 0) return markdownTable(COLUMNS, cells).trimEnd()
  const columns = [...COLUMNS, right('published Pc'), right('published Pw'), right('published THS')]
  const extended = cells.map((row) => {
    const found = published.find(({ method }) => method === row[0])
    return [...row, ...(['pc', 'pw', 'ths'] as const).map((measure) => decimal(found?.[measure] ?? null))]
  })
  return markdownTable(columns, extended).trimEnd()
}

function differences(compared: readonly Comparison[], reference: string): string[] {
  if (compared.length === 0) return []
  const columns = [{ header: 'method' }, right(`THS minus that of ${reference}`), right('95 % interval'), right('p')]
  const cells = compared.map(({ a, difference, interval, p }) => [
    a,
    signed(difference),
    interval === null ? '–' : `${decimal(interval[0])} to ${decimal(interval[1])}`,
    p === null ? '–' : p < 0.001 ? '< 0.001' : p.toFixed(3),
  ])
  return [
    `Compared on the same questions. With several seeds, the mean over the seeds is compared.\n\n${markdownTable(columns, cells).trimEnd()}`,
  ]
}

function rowNotes(rows: readonly ResultRow[]): string[] {
  const unparseable = rows.filter((row) => row.unparseable > 0)
  const worst = Math.max(0, ...unparseable.map((row) => (100 * row.unparseable) / row.n))
  return [
    ...(rows.some(({ ths }) => ths === null) ? ['No THS: Init-Basic is never wrong here.'] : []),
    ...(unparseable.length > 0
      ? [
          `Unparseable answers count as wrong: ${[...new Set(unparseable.map(({ method }) => method))].join(', ')} (at most ${worst.toFixed(1)} %).`,
        ]
      : []),
  ]
}

function spread({ mean, sd }: SummaryRow, measure: Measure): string {
  const [centre, deviation] = [mean[measure], sd[measure]]
  return centre === null || deviation === null ? decimal(centre) : `${decimal(centre)} ± ${deviation.toFixed(1)}`
}

function meanFigure(values: readonly (number | null)[]): string {
  const present = values.filter((value) => value !== null)
  return present.length < values.length ? '–' : decimal(present.reduce((sum, value) => sum + value, 0) / present.length)
}

function list(notes: readonly string[]): string[] {
  return notes.length === 0 ? [] : [notes.map((note) => `- ${note}`).join('\n')]
}
