import { GraitError } from '../../errors.js'
import type { Place } from '../question/checked-question.js'
import { isListOfNumbers, textsOfCell } from '../question/list-cell.js'
import { kindFor } from '../question/remedy.js'
import { marksAnswers } from '../question/right-marks.js'
import { contradicted, LABELLED_ANSWERS, labelledAnswers, unlabelled } from '../question/written-options.js'
import type { ColumnName, Columns } from './csv-columns.js'
import type { CsvRow } from './csv-table.js'
import { refuseAbsent, refuseFillers, refuseFormula, refuseMissingValue } from './lost-values.js'

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
  refuseAbsent(given.question, 'question', row)
  const kind = cell('kind')?.toLowerCase() ?? (options.length > 0 ? 'mcqa' : 'oeqa')
  if (kind === 'mcqa') {
    const answer = rightOption(row, columns)
    refuseBoth(row, columns, options)
    if (columns.options?.list !== true) refuseFillers(options, answer, row)
    return { ...given, kind, ...withoutLabels(options, answer, row) }
  }
  if (kind !== 'oeqa') throw refusedCell(row, 'kind', `kind is ${JSON.stringify(kind)}; it must be mcqa or oeqa`, kindFor(kind))
  if (options.length > 0) throw refusedCell(row, 'kind', `kind is ${kind}, and the row has options`, 'Empty the options, or the kind.')
  const answers = answersOf(row, columns, cell('kind') !== undefined)
  const labelled = labelledAnswers(answers)
  if (labelled !== undefined) throw refusedCell(row, 'answers', labelled, `${LABELLED_ANSWERS} as A, B, C, ..., each in a column.`)
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
  if (!options.list) for (const at of options.at) refuseFormula(row.cells[at]?.trim() ?? '', row)
  const texts = options.list ? listAt(row, options.at[0], 'options') : options.at.map((at) => cellAt(row, at) ?? '')
  if (options.list && texts.length === 1) throw unreadList(row, 'options', texts[0] as string)
  while (texts.at(-1) === '') texts.pop()
  return texts
}

/** The main answer and the others. In a file with options, `answer` calls an option unless the row says what kind it is. */
function answersOf(row: CsvRow, { named, options }: Columns, kindIsGiven: boolean): string[] {
  const main = options === undefined || kindIsGiven ? listAt(row, named.get('answer'), 'answer') : []
  const others = listAt(row, named.get('answers'), 'answers')
  if (main.length === 1 && others.length > 1 && !others.includes(main[0] as string) && marksAnswers(others, [['correct', main[0]]])) {
    throw refusedCell(
      row,
      'answer',
      `"answer" is ${main[0]}, which may say which of "answers" is right`,
      'Keep only right texts in "answers", and empty "answer"; wrong ones are options, each in a column of its own, A, B, C, ...',
    )
  }
  return [...new Set([...main, ...others].filter((text) => text !== ''))]
}

function listAt(row: CsvRow, at: number | undefined, field: ColumnName | 'options'): string[] {
  const cell = cellAt(row, at)
  if (cell === undefined) return []
  if (field !== 'options') {
    refuseAbsent(cell, 'answers', row)
    refuseFormula(cell, row)
  }
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
