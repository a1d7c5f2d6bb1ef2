import { GraitError } from '../../errors.js'
import type { OwnQuestions } from '../files/own-questions.js'
import { isBlank } from '../question/blank.js'
import { checkedQuestion, UniqueIds } from '../question/checked-question.js'
import { columnsOf } from './csv-columns.js'
import { notesOf, refuseContradictions, refuseHeaderAgain, refuseMissed, refuseUnnamed } from './csv-guards.js'
import { type RowRecord, recordOf } from './csv-row.js'
import { type CsvRow, readCsv } from './csv-table.js'
import { type AnswerCell, rightOptions } from './right-options.js'
import { refuseSwallowed } from './swallowed-rows.js'

/**
 * Reads a CSV file of questions. Its first line names the columns, in any order: `question`; for multiple choice the options,
 * `A`, `B`, `C`, ... (or `Option A`, `choice1`, ..., or one column `options` with a list in each cell; a question may leave the last
 * ones empty), and `answer`; for open-ended ones `answers`, every correct text, separated by | or as a list (or `answer` if the file has
 * no options); and, optionally, `id` (default: the row's number), `subject`, `group`, `kind`. Rows of empty cells are skipped.
 * @throws GraitError data_not_found, data_invalid with file and line
 */
export async function readCsvQuestions(path: string, signal?: AbortSignal): Promise<OwnQuestions> {
  const [header, ...below] = (await readCsv(path, undefined, signal)).filter(({ cells }) => cells.some((cell) => !isBlank(cell)))
  const rows = below.filter((row, index) => index > 0 || !isRule(row))
  if (header === undefined || rows.length === 0) throw noQuestions(path)
  const columns = columnsOf(header, rows)
  refuseUnnamed(header, rows)
  refuseSwallowed(header, rows)
  refuseHeaderAgain(header, rows)
  const records = rows.map((row, index) => recordOf(row, columns, index))
  const choices = records.filter((record) => record.options !== undefined)
  const right = rightOptions(choices.flatMap(answerCell), columns.options?.labels)
  const positions = new Map(choices.filter(({ answer }) => answer !== undefined).map((record, index) => [record, right.positions[index]]))
  const ids = new UniqueIds()
  const questions = records.map((record) => {
    const { place, answer: _, labelled: __, ...fields } = record
    const question = checkedQuestion(record.options === undefined ? fields : { ...fields, answer: positions.get(record) }, place)
    ids.add(question.id, place)
    return question
  })
  refuseMissed(header, rows, columns, records)
  refuseContradictions(rows, columns, questions)
  return { questions, notes: [...right.notes, ...notesOf(columns, rows, records, questions)] }
}

/** The line of dashes under the names in a Markdown table. */
function isRule({ cells }: CsvRow): boolean {
  return cells.every((cell) => /^\s*(?::?-{2,}:?)?\s*$/.test(cell))
}

function answerCell({ answer, options = [], place }: RowRecord): AnswerCell[] {
  return answer === undefined ? [] : [{ text: answer, options, place }]
}

function noQuestions(path: string): GraitError {
  return new GraitError('data_invalid', `${path}: holds no questions`, {
    hint: 'The first line names the columns, every other line is a question.',
    details: { file: path },
  })
}
