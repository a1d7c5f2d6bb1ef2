import { GraitError } from '../../errors.js'
import { nearestName } from '../../nearest-name.js'
import { checkedQuestion, type Place, UniqueIds } from '../question/checked-question.js'
import { indexOfLetter, letterOf } from '../question/letters.js'
import type { Question } from '../question/question.js'
import { type CsvRow, readCsv } from './csv-table.js'

/** All columns except the options, which are named A, B, C, ... */
const COLUMNS = ['id', 'kind', 'question', 'answer', 'answers', 'subject', 'group'] as const
type ColumnName = (typeof COLUMNS)[number]

/** Separates the correct answers in one cell. */
const ANSWER_SEPARATOR = '|'

/**
 * Reads a CSV file of questions. Its first line names the columns, in any order and case: `question`; for multiple choice
 * the options `A`, `B`, `C`, ... (a question may leave the last ones empty) and `answer`, a letter; for open-ended ones
 * `answers`, every correct text, separated by | (or `answer` if no row has options); and, optionally, `id` (default:
 * the row's number), `subject`, `group`, `kind`. Other columns are ignored.
 * @throws GraitError data_not_found, data_invalid with file and line
 */
export async function readCsvQuestions(path: string, signal?: AbortSignal): Promise<Question[]> {
  const [header, ...rows] = await readCsv(path, undefined, signal)
  if (header === undefined || rows.length === 0) throw noQuestions(path)
  const columns = columnsOf(header)
  const ids = new UniqueIds()
  return rows.map((row, index) => {
    if (row.cells.length > header.cells.length) throw tooManyCells(row, header)
    const question = checkedQuestion(record(row, columns, index), row.place)
    ids.add(question.id, row.place)
    return question
  })
}

interface Columns {
  named: Map<ColumnName, number>
  /** Positions of A, B, C, ... */
  options: number[]
}

function columnsOf({ cells, place }: CsvRow): Columns {
  const names = cells.map((cell) => cell.trim())
  const position = (name: string) => names.findIndex((found) => found.toLowerCase() === name.toLowerCase())
  const repeated = names.find((name, index) => name !== '' && position(name) !== index)
  if (repeated !== undefined) throw badHeader(place, `two columns are called "${repeated}"`, 'Give each column a name of its own.')
  const named = new Map(COLUMNS.map((name) => [name, position(name)] as const).filter(([, at]) => at >= 0))
  const options: number[] = []
  for (let at = position(letterOf(0)); at >= 0; at = options.length < 26 ? position(letterOf(options.length)) : -1) options.push(at)
  const lacking = named.has('question') ? (named.has('answer') || named.has('answers') ? undefined : 'answer') : 'question'
  if (lacking === undefined) return { named, options }
  const known: readonly string[] = COLUMNS
  const near = nearestName(
    lacking,
    names.filter((name) => name.length > 1 && !known.includes(name.toLowerCase())),
  )
  throw badHeader(
    place,
    `no column "${lacking}"; the first line names ${names.map((name) => JSON.stringify(name)).join(', ')}`,
    near === undefined
      ? 'The first line names the columns: question, A, B, C, D, answer, or question, answers.'
      : `Is "${near}" meant for it?`,
  )
}

/** The row as a record for questionSchema, which reports any problem in it. */
function record({ cells, place }: CsvRow, { named, options }: Columns, index: number): Record<string, unknown> {
  const cell = (name: ColumnName) => {
    const text = cells[named.get(name) ?? -1]?.trim()
    return text === '' ? undefined : text
  }
  const texts = options.map((at) => cells[at]?.trim() ?? '')
  while (texts.at(-1) === '') texts.pop()
  const given = { id: cell('id') ?? String(index + 1), question: cell('question') ?? '', subject: cell('subject'), group: cell('group') }
  const kind = cell('kind')?.toLowerCase() ?? (texts.length > 0 ? 'mcqa' : 'oeqa')
  if (kind !== 'mcqa') return { ...given, kind, answers: answersOf(cell('answers') ?? cell('answer')) }
  return { ...given, kind, options: texts, answer: answerIndex(cell('answer'), texts, place) }
}

function answersOf(text: string | undefined): string[] {
  const answers = (text ?? '').split(ANSWER_SEPARATOR).map((answer) => answer.trim())
  return answers.filter((answer) => answer !== '')
}

/** A letter, or the exact text of one option. */
function answerIndex(answer: string | undefined, options: readonly string[], place: Place): number | undefined {
  if (answer === undefined) return undefined
  const byText = options.indexOf(answer)
  const index = indexOfLetter(answer.toUpperCase()) ?? (byText >= 0 ? byText : undefined)
  if (index !== undefined && index < options.length) return index
  const last = letterOf(Math.max(0, options.length - 1))
  throw new GraitError('data_invalid', `${place.where}: no right answer: ${JSON.stringify(answer)} is none of A to ${last}`, {
    hint: 'The column "answer" must hold the letter of the right option.',
    details: { file: place.file, line: place.line, field: 'answer' },
  })
}

function badHeader(place: Place, what: string, hint: string): GraitError {
  return new GraitError('data_invalid', `${place.where}: ${what}`, { hint, details: { file: place.file, line: place.line } })
}

function tooManyCells({ cells, place }: CsvRow, header: CsvRow): GraitError {
  return new GraitError('data_invalid', `${place.where}: ${cells.length} cells where ${header.cells.length} columns are named`, {
    hint: 'Put texts that hold commas into double quotes.',
    details: { file: place.file, line: place.line },
  })
}

function noQuestions(path: string): GraitError {
  return new GraitError('data_invalid', `${path}: holds no questions`, {
    hint: 'The first line names the columns, every other line is a question.',
    details: { file: path },
  })
}
