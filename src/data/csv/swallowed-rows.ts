import { GraitError } from '../../errors.js'
import { plainName } from '../question/unread-fields.js'
import type { CsvRow } from './csv-table.js'

/** A quote that is closed some rows too late makes one cell of them: its lines have as many cells as the file has columns. */
export function refuseSwallowed({ cells: names }: CsvRow, rows: readonly CsvRow[]): void {
  const width = names.length
  if (width < 2) return
  const question = names.findIndex((name) => plainName(name) === 'question')
  const ending = usualEnding(rows.map(({ cells }) => cells[question] ?? ''))
  for (const { cells, place } of rows) {
    const at = cells.findIndex((cell) => LINE_END.test(cell))
    if (at < 0) continue
    const below = cells.flatMap((cell) => cell.split(LINE_END).slice(1))
    if (!looksLikeRows(below, width) && !asksTwice(cells, at, { width, question, ending })) continue
    throw new GraitError(
      'data_invalid',
      `${place.where}: a cell runs over ${below.length + 1} lines that look like rows: ${JSON.stringify(cells[at]?.slice(0, 40))}...`,
      {
        hint: 'Is a quote missing or too many in it? If the lines belong to one text, give the questions as JSON Lines.',
        details: { file: place.file, line: place.line },
      },
    )
  }
}

const LINE_END = /\r\n|\n|\r/

/** Whether all lines but the last, in which the quote may end early, have as many cells as rows. */
function looksLikeRows(below: readonly string[], width: number): boolean {
  const lines = below.length > 1 ? below.slice(0, -1) : below
  // A comma or two may stand in any line of a text; other separators, or many of them, may not.
  return [';', '\t', '|', ...(width > 2 ? [','] : [])].some((sign) => lines.every((line) => line.split(sign).length === width))
}

/**
 * Whether the lines of a cell, with what stands before and after it, are whole rows, each with a question that ends as questions of the file
 * do. So a comma in a line is not enough.
 */
function asksTwice(cells: readonly string[], at: number, file: { width: number; question: number; ending: string | undefined }): boolean {
  if (file.ending === undefined) return false
  const lines = (cells[at] as string).split(LINE_END)
  return [',', ';', '\t', '|'].some((sign) => {
    const rows = lines.map((line) => line.split(sign))
    rows[0]?.unshift(...cells.slice(0, at))
    rows.at(-1)?.push(...cells.slice(at + 1))
    return rows.every((row) => row.length === file.width && endingOf(row[file.question] ?? '') === file.ending)
  })
}

/** The sign that at least half of the questions end with. */
function usualEnding(questions: readonly string[]): string | undefined {
  const counts = new Map<string, number>()
  for (const sign of questions.map(endingOf)) if (sign !== undefined) counts.set(sign, (counts.get(sign) ?? 0) + 1)
  return [...counts].find(([, count]) => count * 2 >= questions.length)?.[0]
}

function endingOf(question: string): string | undefined {
  return /[^\p{L}\p{N}\s]$/u.exec(question.trim().replace(/["”»']+$/, ''))?.[0]
}
