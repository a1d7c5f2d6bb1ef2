import { GraitError } from '../../errors.js'
import type { Place } from '../question/checked-question.js'
import { isListOfNumbers, textsOfCell } from '../question/list-cell.js'
import { kindFor } from '../question/remedy.js'
import { contradicted, unlabelled } from '../question/written-options.js'
import type { ColumnName, Columns } from './csv-columns.js'
import type { CsvRow } from './csv-table.js'

/** A row's cells by what they are; the right option is still as it was written. */
export interface RowRecord {
  id: string
  kind: string
  question: string
  subject: string | undefined
  group: string | undefined
  options?: string[]
  answer?: string | undefined
  answers?: string[]
  /** The first option as it was written, where labels before the texts are left out. */
  labelled?: string | undefined
  place: Place
}

export function recordOf(row: CsvRow, columns: Columns, index: number): RowRecord {
  const { place } = row
  const cell = (name: ColumnName) => cellAt(row, columns.named.get(name))
  const options = optionsOf(row, columns)
  const given = {
    id: cell('id') ?? String(index + 1),
    question: cell('question') ?? '',
    subject: cell('subject'),
    group: cell('group'),
    place,
  }
  const kind = cell('kind')?.toLowerCase() ?? (options.length > 0 ? 'mcqa' : 'oeqa')
  if (kind === 'mcqa') {
    const answer = rightOption(row, columns)
    refuseBoth(row, columns, options)
    return { ...given, kind, ...withoutLabels(options, answer, row) }
  }
  if (kind !== 'oeqa') throw refusedCell(row, 'kind', `kind is ${JSON.stringify(kind)}; it must be mcqa or oeqa`, kindFor(kind))
  if (options.length > 0) throw refusedCell(row, 'kind', `kind is ${kind}, and the row has options`, 'Empty the options, or the kind.')
  const answers = answersOf(row, columns, cell('kind') !== undefined)
  if (answers.length > 0) return { ...given, kind, answers }
  if (columns.options === undefined)
    throw refusedCell(row, 'answers', 'no right answer: its cell is empty', 'Write the right answer; several, with | between them.')
  throw refusedCell(row, 'answers', 'no right answer: the row has neither options nor a text in "answers"', 'Fill one of the two in.')
}

/** Multiple choice has one right option: texts in "answers" would be left out in silence. */
function refuseBoth(row: CsvRow, { named }: Columns, options: readonly string[]): void {
  if (options.length === 0 || cellAt(row, named.get('answers')) === undefined) return
  throw refusedCell(
    row,
    'answers',
    'the row has options, and texts in "answers", which only open-ended questions have',
    'Empty the options, and put every right text into "answers"; or empty "answers", and call the right option in "answer".',
  )
}

/** The options and the right one, without the labels that the texts begin with: "A. Rome". */
function withoutLabels(options: string[], answer: string, row: CsvRow): Pick<RowRecord, 'options' | 'answer' | 'labelled'> {
  const found = unlabelled(options)
  if (found === undefined) return { options, answer }
  if ('contradicts' in found) throw refusedCell(row, 'options', ...contradicted(options, found.contradicts))
  return { options: found.texts, answer: found.texts[options.indexOf(answer)] ?? answer, labelled: options[0] }
}

function rightOption(row: CsvRow, { named }: Columns): string {
  const answer = cellAt(row, named.get('answer'))
  if (answer !== undefined) return answer
  const what = named.has('answer') ? 'the cell "answer" is empty' : 'the row has options, and the file has no column "answer"'
  throw refusedCell(row, 'answer', `no right answer: ${what}`, 'Write the letter of the right option, or its text, in the column "answer".')
}

/** The text of a cell; undefined if it is empty. @throws GraitError data_invalid if it is a spreadsheet's word for a missing value */
function cellAt(row: CsvRow, at: number | undefined): string | undefined {
  const text = row.cells[at ?? -1]?.trim() ?? ''
  refuseMissingValue(text, row)
  return text === '' ? undefined : text
}

function optionsOf(row: CsvRow, { options }: Columns): string[] {
  if (options === undefined) return []
  const texts = options.list ? listAt(row, options.at[0], 'options') : options.at.map((at) => cellAt(row, at) ?? '')
  if (options.list && texts.length === 1) throw unreadList(row, 'options', texts[0] as string)
  while (texts.at(-1) === '') texts.pop()
  return texts
}

/** The main answer and the others. In a file with options, `answer` calls an option unless the row says what kind it is. */
function answersOf(row: CsvRow, { named, options }: Columns, kindIsGiven: boolean): string[] {
  const main = options === undefined || kindIsGiven ? listAt(row, named.get('answer'), 'answer') : []
  const others = listAt(row, named.get('answers'), 'answers')
  return [...new Set([...main, ...others].filter((text) => text !== ''))]
}

function listAt(row: CsvRow, at: number | undefined, field: ColumnName | 'options'): string[] {
  const cell = cellAt(row, at)
  if (cell === undefined) return []
  if (field !== 'options' && isListOfNumbers(cell)) throw listOrText(row, field, cell)
  const texts = textsOfCell(cell)
  if (texts !== undefined) return texts
  throw unreadList(row, field, cell)
}

function listOrText(row: CsvRow, field: string, cell: string): GraitError {
  const list = JSON.stringify((JSON.parse(cell) as number[]).map(String))
  const hint = `Write ${list} for a list, or ${JSON.stringify([cell])} for one text.`
  return refusedCell(row, field, `${cell}: may be a list of right answers, or one text such as an interval`, hint)
}

function unreadList(row: CsvRow, field: string, cell: string): GraitError {
  const shown = cell.length > 60 ? `${cell.slice(0, 60)}...` : cell
  return refusedCell(
    row,
    field,
    `${shown}: not a list in a form that is read`,
    `Write the texts with | between them, or as a JSON list: ["one", "two"] (in Python, json.dumps(list(texts), ensure_ascii=False)). One text that holds | or stands in brackets is a list of one: ${JSON.stringify([shown])}.`,
  )
}

function refusedCell({ place }: CsvRow, field: string | undefined, what: string, hint: string): GraitError {
  return new GraitError('data_invalid', `${place.where}: ${what}`, { hint, details: { file: place.file, line: place.line, field } })
}

/** What spreadsheets and pandas write where there is no value, or a formula failed. */
const MISSING = /^(?:nan|\\N|<na>|#n\/a|#na|#null!|#ref!|#value!|#name\?|#div\/0!|#num!|#error!)$/i

/** Without this, such a word would be taken for a text. */
function refuseMissingValue(text: string, row: CsvRow): void {
  if (!MISSING.test(text)) return
  throw refusedCell(
    row,
    undefined,
    `a cell holds ${text}, the sign of a missing value`,
    'Empty the cell, or write what belongs there. Where it is meant as a text, give the questions as JSON Lines.',
  )
}
