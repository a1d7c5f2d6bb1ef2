import { GraitError } from '../../errors.js'
import { shortList } from '../files/own-questions.js'
import { HiddenOptions } from '../question/hidden-options.js'
import { letterOf } from '../question/letters.js'
import { textsOfCell } from '../question/list-cell.js'
import { commaSeparated, oddAnswerNotes, seemsSeveral } from '../question/odd-answers.js'
import type { Question } from '../question/question.js'
import { quotedNames } from '../question/quoted-names.js'
import { contradictsAnswer, marksAnswers } from '../question/right-marks.js'
import { type Missed, missedIn, plainName, type UnreadField } from '../question/unread-fields.js'
import { choosesFromText, labelNote } from '../question/written-options.js'
import { badHeader, type Columns } from './csv-columns.js'
import type { RowRecord } from './csv-row.js'
import type { CsvRow } from './csv-table.js'

/** A cell without a name over it would be left out in silence. An unnamed first column that counts the rows is pandas's index. */
export function refuseUnnamed(header: CsvRow, rows: readonly CsvRow[]): void {
  const width = header.cells.length
  const counts = header.cells[0]?.trim() === '' && rows.every(({ cells }) => /^\d*$/.test(cells[0]?.trim() ?? ''))
  for (const row of rows) {
    const beyond = row.cells.findIndex((cell, at) => cell.trim() !== '' && (header.cells[at]?.trim() ?? '') === '' && !(at === 0 && counts))
    if (beyond >= width) throw tooManyCells(row, header)
    if (beyond >= 0)
      throw badHeader(header.place, `column ${beyond + 1} has no name, and in ${row.place.where} it is not empty`, 'Name it or remove it.')
  }
}

/** Refuses columns that are not read and without which the rows would mean something else: options, further answers, what is asked about. */
export function refuseMissed(header: CsvRow, rows: readonly CsvRow[], { named, unread }: Columns, records: readonly RowRecord[]): void {
  const hidden = new HiddenOptions()
  for (const [index, row] of rows.entries()) {
    const { answers, options, question } = records[index] as RowRecord
    const declared = cellOf(row, named.get('kind') ?? -1) !== ''
    const fields = unread.map(({ name, at }): UnreadField => [name, listOrText(cellOf(row, at))])
    const marks = answers === undefined ? undefined : marksAnswers(answers, fields)
    if (marks !== undefined) throw marked(marks, row)
    const missed = missedIn(fields, { answers: options === undefined ? answers : undefined, declared, question })
    if (missed !== undefined) throw missing(missed, row)
    if (answers === undefined || declared) continue
    if (choosesFromText(question, answers)) throw inQuestion(row)
    hidden.add(answers, fields)
  }
  const found = hidden.found()
  if (found === undefined) return
  if (found.names.length < 2)
    throw badHeader(header.place, `every answer ${found.why}, and no column of options was found`, OPTIONS_IN_COLUMNS)
  throw badHeader(
    header.place,
    `every answer ${found.why} column, and no column of options was found`,
    `If ${quotedNames(found.names)} are the options, call them A, B, C, ... If not, remove them.`,
  )
}

/** Two columns that call different options right can't both be believed. */
export function refuseContradictions(rows: readonly CsvRow[], { unread }: Columns, questions: readonly Question[]): void {
  for (const [index, row] of rows.entries()) {
    const { options, answer } = questions[index] as Question
    if (options === undefined || answer === undefined) continue
    const fields = unread.map(({ name, at }): UnreadField => [name, listOrText(cellOf(row, at))])
    const other = contradictsAnswer(options, answer, fields)
    if (other === undefined) continue
    throw badHeader(
      row.place,
      `"answer" calls option ${letterOf(answer)} right, and "${other}" something else`,
      `Correct one of them. If "${other}" says something else, rename or remove the column.`,
    )
  }
}

/** A column that says which of the answers is right: all of them would count. */
function marked(name: string, { place }: CsvRow): GraitError {
  return badHeader(
    place,
    `"${name}" is not read, and may say which of the answers is right`,
    'Keep only right texts in "answers"; wrong ones are options, each in a column of its own, A, B, C, ... If all are right, remove or rename the column.',
  )
}

const OPTIONS_IN_COLUMNS =
  'If these are options, write each in a column of its own, A, B, C, ...; if the questions are open-ended, add a column "kind" with oeqa.'

function inQuestion({ place }: CsvRow): GraitError {
  return badHeader(place, 'the question holds its options, and the answer is one of them', OPTIONS_IN_COLUMNS)
}

/** Where files were joined, the second one's names would be a question. */
export function refuseHeaderAgain(header: CsvRow, rows: readonly CsvRow[]): void {
  const names = header.cells.map(plainName).join()
  const again = rows.find(({ cells }) => cells.map(plainName).join() === names)
  if (again === undefined) return
  throw new GraitError('data_invalid', `${again.place.where}: names the columns again`, {
    hint: 'Two files may have been joined: remove this line.',
    details: { file: again.place.file, line: again.place.line },
  })
}

function listOrText(cell: string): unknown {
  return cell.startsWith('[') || cell.includes('|') ? (textsOfCell(cell) ?? cell) : cell
}

const ADVICE: Record<Missed['what'], [says: string, hint: string]> = {
  options: [
    'may hold the options',
    'Call options A, B, C, ... or "options", and put further right answers into "answers". If the questions are open-ended, remove the column, or add a column "kind" with oeqa.',
  ],
  answers: [
    'may hold right answers',
    'Put every right answer into "answers", with | between them. If it holds none, rename or remove the column.',
  ],
  text: ['may be what the question is about', 'Put its text into "question". If the question can be asked without it, remove the column.'],
}

function missing({ names, what }: Missed, { place }: CsvRow): GraitError {
  const [says, hint] = ADVICE[what]
  return badHeader(place, `${quotedNames(names)} ${names.length > 1 ? 'are' : 'is'} not read, and ${says}`, hint)
}

function cellOf({ cells }: CsvRow, at: number): string {
  return cells[at]?.trim() ?? ''
}

/** What a reader of the results should know about how the columns were read. */
export function notesOf(
  columns: Columns,
  rows: readonly CsvRow[],
  records: readonly RowRecord[],
  questions: readonly Question[],
): string[] {
  const { unread } = columns
  const notes: string[] = []
  if (unread.length > 0) notes.push(`columns that are not read: ${shortList(unread.map(({ name }) => name))}`)
  const labelled = records.find((record) => record.labelled !== undefined)?.labelled
  if (labelled !== undefined) notes.push(labelNote(labelled))
  const separated = records.find(({ answers = [] }, index) => answers.length > 1 && barredCell(columns, rows[index] as CsvRow))
  if (separated !== undefined) {
    const [one, other] = (separated.answers as string[]).map((text) => JSON.stringify(text))
    notes.push(`a bar separates right answers: in line ${separated.place.line}, ${one} and ${other} are both right`)
  }
  const several = severalInOne(columns, rows, records)
  if (several !== undefined) {
    notes.push(
      `a comma, a semicolon or a line break separates no answers: line ${several.place.line}, and others like it, is read as one text`,
    )
  }
  return [...notes, ...oddAnswerNotes(questions)]
}

function barredCell({ named }: Columns, row: CsvRow): boolean {
  return [named.get('answers'), named.get('answer')].some((at) => /^(?!\[).*\|/s.test(cellOf(row, at ?? -1)))
}

/** The first cell of answers that may hold several, in a file that nowhere separates them as it should. Commas separate where a column has a plural. */
function severalInOne({ named }: Columns, rows: readonly CsvRow[], records: readonly RowRecord[]): CsvRow | undefined {
  const open = rows.filter((_, index) => records[index]?.options === undefined)
  const textsOf = (row: CsvRow) => [named.get('answers'), named.get('answer')].map((at) => cellOf(row, at ?? -1))
  if (open.some((row) => textsOf(row).some((text) => text.includes('|') || text.startsWith('[')))) return undefined
  const found = open.find((row) => textsOf(row).some(seemsSeveral))
  if (found !== undefined) return found
  const plural = open.map((row) => cellOf(row, named.get('answers') ?? -1))
  const comma = commaSeparated(plural.filter((text) => text !== ''))
  return comma === undefined ? undefined : open[plural.indexOf(comma)]
}

function tooManyCells({ cells, place }: CsvRow, header: CsvRow): GraitError {
  return new GraitError('data_invalid', `${place.where}: ${cells.length} cells where ${header.cells.length} columns are named`, {
    hint: 'Put texts that hold commas into double quotes.',
    details: { file: place.file, line: place.line },
  })
}
