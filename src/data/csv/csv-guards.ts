import { GraitError } from '../../errors.js'
import { badHeader, type Columns } from './csv-columns.js'
import type { RowRecord } from './csv-row.js'
import type { CsvRow } from './csv-table.js'
import { shortList } from '../files/own-questions.js'

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

/**
 * Refuses options under names that nobody here knows, which would make every row an open-ended question: the only answers are letters or
 * small numbers, or texts that stand in one of the columns that are not read.
 */
export function refuseHiddenOptions(header: CsvRow, rows: readonly CsvRow[], { unread }: Columns, records: readonly RowRecord[]): void {
  const filled = unread.filter(({ at }) => rows.some((row) => cellOf(row, at) !== ''))
  if (filled.length < 2) return
  const only = records.map(({ answers }) => (answers?.length === 1 ? (answers[0] as string) : ''))
  const calls = only.every((answer) => /^[A-J]$/i.test(answer) || (/^\d$/.test(answer) && Number(answer) <= filled.length))
  const sources = rows.map((row, index) => filled.find(({ at }) => cellOf(row, at) === only[index])?.at)
  const copied = !sources.includes(undefined) && new Set(sources).size > 1
  if (!calls && !copied) return
  throw badHeader(
    header.place,
    `every answer ${calls ? 'is a letter or a small number' : 'is the text of another column'}, and no column of options was found`,
    `If ${filled.map(({ name }) => `"${name}"`).join(', ')} are the options, call them A, B, C, ... If not, remove them.`,
  )
}

function cellOf({ cells }: CsvRow, at: number): string {
  return cells[at]?.trim() ?? ''
}

/** What a reader of the results should know about how the columns were read. */
export function notesOf(columns: Columns, rows: readonly CsvRow[], records: readonly RowRecord[], counted: string | undefined): string[] {
  const { unread } = columns
  const notes = counted === undefined ? [] : [counted]
  if (unread.length > 0) notes.push(`columns that are not read: ${shortList(unread.map(({ name }) => name))}`)
  const several = severalInOne(columns, rows, records)
  if (several !== undefined) {
    notes.push(`a semicolon or a line break separates no answers: line ${several.place.line}, and others like it, is read as one text`)
  }
  return notes
}

/** The first cell of answers that may hold several, in a file that nowhere separates them as it should. */
function severalInOne({ named }: Columns, rows: readonly CsvRow[], records: readonly RowRecord[]): CsvRow | undefined {
  const open = rows.filter((_, index) => records[index]?.options === undefined)
  const textsOf = (row: CsvRow) => [named.get('answers'), named.get('answer')].map((at) => cellOf(row, at ?? -1))
  if (open.some((row) => textsOf(row).some((text) => text.includes('|') || text.startsWith('[')))) return undefined
  return open.find((row) => textsOf(row).some((text) => /;\s|\n/.test(text)))
}

function tooManyCells({ cells, place }: CsvRow, header: CsvRow): GraitError {
  return new GraitError('data_invalid', `${place.where}: ${cells.length} cells where ${header.cells.length} columns are named`, {
    hint: 'Put texts that hold commas into double quotes.',
    details: { file: place.file, line: place.line },
  })
}
