import { GraitError } from '../../errors.js'
import { nearestName } from '../../nearest-name.js'
import type { Place } from '../question/checked-question.js'
import { plainName } from '../question/unread-fields.js'
import type { CsvRow } from './csv-table.js'
import { type OptionColumns, optionColumns } from './option-columns.js'

/** What a column may hold besides options, and the other names under which it is read. Case, spaces and signs don't count. */
const NAMES = {
  id: ['id'],
  kind: ['kind'],
  question: ['question'],
  answer: [
    'answer',
    'correct',
    'correctanswer',
    'correctoption',
    'correctchoice',
    'correctletter',
    'correctindex',
    'rightanswer',
    'rightoption',
    'answerkey',
    'answerletter',
    'answerindex',
    'answeridx',
    'goldanswer',
  ],
  answers: ['answers', 'aliases', 'answeraliases', 'acceptedanswers', 'correctanswers', 'rightanswers', 'possibleanswers', 'goldanswers'],
  subject: ['subject'],
  group: ['group'],
} as const
export type ColumnName = keyof typeof NAMES

/** Names that may stand for a missing column; said in the hint, never read. */
const PERHAPS: Partial<Record<ColumnName, readonly string[]>> = {
  question: ['q', 'questiontext', 'prompt', 'query', 'stem', 'problem', 'input', 'text'],
  answer: ['target', 'label', 'key', 'solution', 'gold', 'output', 'cop', 'response', 'expected'],
}

/** Where the parts of a question stand in the rows of a file. */
export interface Columns {
  named: ReadonlyMap<ColumnName, number>
  options: OptionColumns | undefined
  /** The columns that have a name and are not read. */
  unread: { name: string; at: number }[]
}

/** Reads the first line of a file. @throws GraitError data_invalid if a column is missing, stands there twice, or may be read in two ways */
export function columnsOf({ cells, place }: CsvRow, rows: readonly CsvRow[] = []): Columns {
  const names = cells.map((cell, at) => ({ name: cell.replaceAll('\ufeff', '').trim(), plain: plainName(cell), at }))
  refuseRepeated(names, place)
  const named = new Map<ColumnName, number>()
  for (const [column, forms] of Object.entries(NAMES) as [ColumnName, readonly string[]][]) {
    const [found, again] = names.filter(({ plain }) => forms.includes(plain))
    if (found === undefined) continue
    if (again !== undefined) throw twoFor(column, found.name, again.name, place)
    named.set(column, found.at)
  }
  const others = names.filter(({ name, at }) => name !== '' && ![...named.values()].includes(at))
  requireColumns(names, named, place, rows)
  const options = optionColumns(others, place)
  const read = new Set(options?.at ?? [])
  return { named, options, unread: others.filter(({ at }) => !read.has(at)) }
}

interface Name {
  name: string
  plain: string
}

function refuseRepeated(names: readonly Name[], place: Place): void {
  const again = names.find(({ name }, index) => name !== '' && names.findIndex((other) => sameName(other.name, name)) !== index)
  if (again !== undefined) throw badHeader(place, `two columns are called "${again.name}"`, 'Give each column a name of its own.')
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

function twoFor(column: ColumnName, first: string, second: string, place: Place): GraitError {
  return badHeader(
    place,
    `the columns "${first}" and "${second}" are both read as "${column}"`,
    `Call one of them "${column}", and remove or rename the other.`,
  )
}

function requireColumns(names: readonly Name[], named: ReadonlyMap<ColumnName, number>, place: Place, rows: readonly CsvRow[]): void {
  const lacking = named.has('question') ? (named.has('answer') || named.has('answers') ? undefined : 'answer') : 'question'
  if (lacking === undefined) return
  const known = Object.values(NAMES).flat() as string[]
  const others = names.filter(({ plain }) => plain.length > 1 && !known.includes(plain)).map(({ name }) => name)
  const perhaps = names.find(({ plain }) => PERHAPS[lacking]?.includes(plain))?.name ?? nearestName(lacking, others)
  const pair = questionAndAnswer(names, named)
  const header = rows.slice(0, 10).find(({ cells }) => cells.some((cell) => plainName(cell) === 'question'))
  throw badHeader(
    place,
    `no column "${lacking}"; the first line names ${names.map(({ name }) => JSON.stringify(shortened(name))).join(', ')}`,
    header !== undefined
      ? `${header.place.where} seems to name them: remove what stands above it.`
      : pair !== undefined
        ? pair
        : perhaps === undefined
          ? 'The first line names the columns: question, A, B, C, D, answer, or question, answers.'
          : `Is "${shortened(perhaps)}" meant for it? Rename it to "${lacking}".`,
  )
}

/** Both names where both are others; A alone calls the answer where no B follows, as in Q, A. */
function questionAndAnswer(names: readonly Name[], named: ReadonlyMap<ColumnName, number>): string | undefined {
  const one = (column: ColumnName) => (named.has(column) ? column : names.find(({ plain }) => PERHAPS[column]?.includes(plain))?.name)
  const alone = names.some(({ plain }) => plain === 'b') ? undefined : names.find(({ plain }) => plain === 'a')?.name
  const [question, answer] = [one('question'), one('answer') ?? alone]
  const renamed = [
    [question, 'question'],
    [answer, 'answer'],
  ].filter(([from, to]) => from !== to)
  if (question === undefined || answer === undefined || (renamed.length < 2 && answer !== alone)) return undefined
  return `Rename ${renamed.map(([from, to]) => `"${from}" to "${to}"`).join(' and ')}, if that is what ${renamed.length > 1 ? 'they hold' : 'it holds'}.`
}

function shortened(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}...` : name
}

export function badHeader(place: Place, what: string, hint: string): GraitError {
  return new GraitError('data_invalid', `${place.where}: ${what}`, { hint, details: { file: place.file, line: place.line } })
}
