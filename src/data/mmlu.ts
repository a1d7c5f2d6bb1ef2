import { basename } from 'node:path'
import { parse } from 'csv-parse/sync'
import { GraitError } from '../errors.js'
import { checkedQuestion, lineOf } from './checked-question.js'
import { indexOfLetter } from './letters.js'
import type { LoadedQuestion, NamedSource } from './named-source.js'
import type { Split } from './source-folder.js'
import { readText } from './text-file.js'

const FILE_NAME = /^(?<subject>.+)_(?<split>dev|val|test)\.csv$/
const LETTERS = ['A', 'B', 'C', 'D']
/** Columns of the original archive, which has no header. */
const ORIGINAL_COLUMNS = ['question', ...LETTERS, 'target']

/** MMLU (Hendrycks et al. 2021): one CSV file a subject and split, with or without a header. */
export const mmlu: NamedSource = {
  folders: ['mmlu', 'mmlu/data', 'data', ''],
  splitOf: (fileName) => FILE_NAME.exec(fileName)?.groups?.['split'] as Split | undefined,
  splitOrder: ['test', 'val', 'dev'],
  filesASplit: 57,
  read: readSubject,
}

interface CsvRow {
  record: string[]
  info: { lines: number }
}

async function* readSubject(path: string): AsyncGenerator<LoadedQuestion> {
  const [, subject, split] = FILE_NAME.exec(basename(path)) as unknown as [string, string, string]
  const rows = parsedCsv(path, await readText(path))
  const first = rows[0]?.record ?? []
  const hasHeader = first.includes('question') && LETTERS.every((letter) => first.includes(letter))
  const columns = hasHeader ? first : ORIGINAL_COLUMNS
  for (const [row, { record, info }] of (hasHeader ? rows.slice(1) : rows).entries()) {
    const place = lineOf(path, info.lines)
    if (record.length !== columns.length) {
      throw new GraitError(
        'data_invalid',
        `${place.where}: ${record.length} columns where ${columns.length} belong (${columns.join(', ')})`,
        {
          hint: 'Put texts that hold commas into double quotes.',
          details: { file: path, line: info.lines },
        },
      )
    }
    const cell = (column: string) => record[columns.indexOf(column)]
    const letter = cell('target') ?? cell('answer') ?? ''
    const answer = indexOfLetter(letter)
    if (answer === undefined || answer >= LETTERS.length) {
      throw new GraitError('data_invalid', `${place.where}: no right answer: ${JSON.stringify(letter)} is none of A, B, C, D`, {
        hint: 'The last column must hold the letter of the right option.',
        details: { file: path, line: info.lines },
      })
    }
    const question = {
      id: cell('id') ?? `${subject}/${split}/${row}`,
      kind: 'mcqa',
      question: cell('question'),
      options: LETTERS.map(cell),
      answer,
      subject,
    }
    yield { question: checkedQuestion(question, place), place }
  }
}

function parsedCsv(path: string, text: string): CsvRow[] {
  try {
    return parse(text, { info: true, relax_column_count: true, skip_empty_lines: true }) as unknown as CsvRow[]
  } catch (cause) {
    const line = (cause as { lines?: number }).lines
    throw new GraitError('data_invalid', `${path}${line === undefined ? '' : `:${line}`}: not valid CSV: ${(cause as Error).message}`, {
      hint: 'Put texts that hold commas, quotes or line breaks into double quotes, and double the quotes inside.',
      details: { file: path, line },
      cause,
    })
  }
}
