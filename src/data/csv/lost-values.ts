import { GraitError } from '../../errors.js'
import { isAbsent, isFormula, isTooNarrow } from '../question/odd-answers.js'
import type { CsvRow } from './csv-table.js'

/** What spreadsheets and pandas write where there is no value, or a formula failed. */
const MISSING = /^(?:nan|\\N|<na>|#n\/a|#na|#null!|#ref!|#value!|#name\?|#div\/0!|#num!|#error!|#spill!|#calc!)$/i

/** Without this, such a sign would be taken for a text. @throws GraitError data_invalid */
export function refuseMissingValue(text: string, row: CsvRow): void {
  if (MISSING.test(text)) {
    throw lost(
      row,
      `a cell holds ${text}, the sign of a missing value`,
      'Empty the cell, or write what belongs there. Where it is meant as a text, give the questions as JSON Lines.',
    )
  }
  if (isTooNarrow(text)) {
    throw lost(
      row,
      `a cell holds ${text}: the spreadsheet's column was too narrow for its value`,
      'Widen the column, and save the file again.',
    )
  }
}

/** A word for a missing value in a cell that asks for a text of its own: None, N/A. A list of one says that it is meant. */
export function refuseAbsent(text: string, field: 'question' | 'answers', row: CsvRow): void {
  if (!isAbsent(text)) return
  throw lost(
    row,
    `a cell of ${field} is ${text}, which stands for a missing value in many files`,
    `Write what belongs there; or remove the row, or empty the cell if it holds further answers. Where ${text} is meant as a text, write ${JSON.stringify([text])} into the cell of answers, or give the questions as JSON Lines.`,
  )
}

/** A formula that was saved instead of its value. */
export function refuseFormula(text: string, row: CsvRow): void {
  if (!isFormula(text)) return
  throw lost(
    row,
    `a cell holds ${text}, a formula of a spreadsheet`,
    `Write its value. Where it is meant as a text, write ${JSON.stringify([text])} into the cell of answers, or give the questions as JSON Lines.`,
  )
}

/**
 * A sign for "no such option" in the last columns would be an option to choose. None, once, is an option that people write; so is a sign among
 * signs (+, -), and the one that the answer calls.
 */
export function refuseFillers(options: readonly string[], answer: string, row: CsvRow): void {
  const last = options.at(-1)
  if (last === undefined || !isAbsent(last) || last === answer) return
  const others = options.filter((option) => !isAbsent(option))
  const fillers = options.length - others.length
  if ((others.length > 0 && !others.some((option) => /[\p{L}\p{N}]/u.test(option))) || (last === 'None' && fillers === 1)) return
  throw lost(
    row,
    `the last option is ${last}, which may mean that there is none`,
    'Empty the cells of options that the question does not have. Where it is meant as a text, give the questions as JSON Lines.',
  )
}

function lost({ place }: CsvRow, what: string, hint: string): GraitError {
  return new GraitError('data_invalid', `${place.where}: ${what}`, { hint, details: { file: place.file, line: place.line } })
}
