import { type Options, parse } from 'csv-parse/sync'
import { GraitError } from '../../errors.js'
import { readText } from '../files/text-file.js'
import { lineOf, type Place } from '../question/checked-question.js'

/** A row of a CSV file. `place` is the line on which the row begins. */
export interface CsvRow {
  cells: string[]
  place: Place
}

/**
 * The rows of a CSV file (RFC 4180), header or not; empty lines are skipped, rows may differ in length.
 * @param delimiter separator of cells; default: what a first line `sep=;` names, or whichever of , ; | and tab occurs most often in the first line
 * @throws GraitError data_invalid with file and line
 */
export async function readCsv(path: string, delimiter?: ',' | ';' | '\t', signal?: AbortSignal): Promise<CsvRow[]> {
  const { text, separator, skipped } = withoutDirective(await readText(path, signal))
  const sign = delimiter ?? separator ?? likeliestDelimiter(text)
  let rows: ParsedRow[]
  try {
    rows = parsed(text, sign)
  } catch (cause) {
    throw /^\s*[[{]/.test(text) ? jsonInstead(path, cause) : notCsv(path, cause, skipped, endOfGoodRows(text, sign) + 1)
  }
  // csv-parse counts the line on which a row ends; a quoted row may span several lines.
  return rows.map(({ record, info }) => ({
    cells: record,
    place: lineOf(path, skipped + info.lines - record.reduce((lines, cell) => lines + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0)),
  }))
}

interface ParsedRow {
  record: string[]
  info: { lines: number }
}

function parsed(text: string, delimiter: string, follow?: (row: ParsedRow) => ParsedRow): ParsedRow[] {
  const options = {
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    delimiter,
    // Between tabs, a quote inside a text is one.
    relax_quotes: delimiter === '\t',
    ...(follow && { on_record: follow }),
  }
  return parse(text, options as unknown as Options) as unknown as ParsedRow[]
}

/** The line on which the last row ends before the one that can't be read. */
function endOfGoodRows(text: string, delimiter: string): number {
  let end = 0
  try {
    parsed(text, delimiter, (row) => {
      end = row.info.lines
      return row
    })
  } catch {
    // That it can't be read is known.
  }
  return end
}

/** A first line `sep=;` is a spreadsheet's note to itself. */
function withoutDirective(text: string): { text: string; separator: string | undefined; skipped: 0 | 1 } {
  const [line, separator] = /^sep=(.)(?:\r\n|\n|\r)/i.exec(text) ?? []
  return { text: text.slice(line?.length ?? 0), separator, skipped: line === undefined ? 0 : 1 }
}

function likeliestDelimiter(text: string): string {
  const firstLine = (text.split(/\r\n|\n|\r/, 1)[0] ?? '').replace(/"[^"]*"/g, '')
  const count = (delimiter: string) => firstLine.split(delimiter).length
  return [',', ';', '\t', '|'].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best))
}

/** @param start the line on which the row begins that can't be read; a quote that opens there may swallow the lines after it */
function notCsv(path: string, cause: unknown, skipped: number, start: number): GraitError {
  const { code, lines = start } = cause as { code?: string | undefined; lines?: number | undefined }
  const open = code === 'CSV_QUOTE_NOT_CLOSED'
  const line = (open ? start : lines) + skipped
  const began = !open && lines > start ? `, in the row that begins in line ${start + skipped}` : ''
  const said = open ? 'a quote opens in this row and is never closed' : (cause as Error).message
  return new GraitError('data_invalid', `${path}:${line}: not valid CSV: ${said}${began}`, {
    hint: 'Put texts that hold commas, quotes or line breaks into double quotes, and double the quotes inside: "He said ""no""".',
    details: { file: path, line },
    cause,
  })
}

function jsonInstead(path: string, cause: unknown): GraitError {
  return new GraitError('data_invalid', `${path}:1: JSON, not CSV`, {
    hint: `A file of JSON Lines is named jsonl:${path}.`,
    details: { file: path, line: 1 },
    cause,
  })
}
