import { basename } from 'node:path'
import { z } from 'zod'
import { GraitError } from '../../errors.js'
import { type CsvRow, readCsv } from '../csv/csv-table.js'
import { checkedRecord } from '../files/checked-record.js'
import { checkedQuestion, type Place } from '../question/checked-question.js'
import { indexOfLetter } from '../question/letters.js'
import { HUB_JSON, HUB_PARQUET, hubFile, readHubRows } from './hub-file.js'
import { MMLU_SUBJECTS } from './mmlu-subjects.js'
import type { LoadedQuestion, NamedSource, RowCount } from './named-source.js'
import type { FileMatch, Split } from './split-name.js'

/** One file a subject: mmlu_test.csv would make one subject of them all. */
const CSV_NAME = /^(?!(?:cais[-_])?mmlu(?:[-_]all)?_(?:dev|val|test)\.)(?<subject>.+)_(?<split>dev|val|test)\.csv$/i
/** With the organisation before it and the hub's folder after it. */
const OWN_NAME = /(?<![a-z])(?:cais[-_])?mmlu(?![a-z])(?:[-_]all(?![a-z]))?/g
/** The hub's rows, one file a subject. */
const SUBJECT_JSON = 'hub JSON by subject'
const SUBJECT_NAME = /^(?<subject>.+)_(?<split>dev|val|validation|test)\.jsonl?$/i
const LETTERS = ['A', 'B', 'C', 'D']
/** Columns of the original archive, which has no header. */
const ORIGINAL_COLUMNS = ['question', ...LETTERS, 'target']

/**
 * MMLU (Hendrycks et al. 2021): one CSV file per subject and split, with or without a header, or the hub's rows. Ids, if
 * the source has none: <subject>/<split>/<row>.
 */
export const mmlu: NamedSource = {
  folders: ['mmlu', 'mmlu/data', 'data', 'mmlu/all', 'all', ''],
  folderName: /mmlu/i,
  forms: ['csv', HUB_PARQUET, HUB_JSON, SUBJECT_JSON],
  fileOf(name) {
    const split = CSV_NAME.exec(basename(name))?.groups?.['split']?.toLowerCase() as Split | undefined
    return split === undefined ? (hubFile(name, OWN_NAME, 'val') ?? subjectFile(name)) : { split, form: 'csv' }
  },
  fileNames:
    'SUBJECT_test.csv, SUBJECT_test.jsonl, test.parquet, test-00000-of-00001.parquet, test.jsonl, mmlu_test.jsonl (and dev, val or validation likewise)',
  hub: { repository: 'cais/mmlu', folder: 'all' },
  splitOrder: ['test', 'val', 'dev'],
  filesASplit: { forms: ['csv', SUBJECT_JSON], files: 57 },
  read: (path, split, rows, signal) => (/\.csv$/i.test(path) ? readSubject(path, signal) : readRows(path, split, rows, signal)),
}

function subjectFile(name: string): FileMatch | undefined {
  const { subject = '', split } = SUBJECT_NAME.exec(basename(name))?.groups ?? {}
  if (!MMLU_SUBJECTS.has(subject.toLowerCase())) return undefined
  return { split: split?.toLowerCase().replace('validation', 'val') as Split, form: SUBJECT_JSON }
}

async function* readSubject(path: string, signal: AbortSignal | undefined): AsyncGenerator<LoadedQuestion> {
  const [, subject, written] = CSV_NAME.exec(basename(path)) as unknown as [string, string, string]
  const split = written.toLowerCase()
  const rows = withoutIndex(await readCsv(path, ',', signal))
  if (rows.length === 0) throw empty(path)
  const first = rows[0]?.cells.map((cell) => cell.trim()) ?? []
  const hasHeader = first.includes('question') && LETTERS.every((letter) => first.includes(letter))
  const columns = hasHeader ? first : ORIGINAL_COLUMNS
  for (const [row, csvRow] of (hasHeader ? rows.slice(1) : rows).entries()) {
    const { cells, place } = csvRow
    if (cells.length !== columns.length) throw wrongWidth(csvRow, columns)
    const cell = (column: string) => cells[columns.indexOf(column)]
    const question = {
      id: cell('id') ?? `${subject}/${split}/${row}`,
      kind: 'mcqa',
      question: cell('question'),
      options: LETTERS.map(cell),
      answer: answerIndex(csvRow, cell('target') ?? cell('answer') ?? ''),
      subject,
    }
    yield { question: checkedQuestion(question, place), place }
  }
}

const hubRow = z.object({
  question: z.string(),
  subject: z.string().min(1).optional(),
  choices: z.array(z.string()),
  answer: z.union([z.int(), z.enum(['A', 'B', 'C', 'D']).transform((letter) => LETTERS.indexOf(letter))]),
})

/** The hub's columns: question, subject, choices, answer (from 0). Rows are counted by subject, as in the CSV files. */
async function* readRows(path: string, split: Split, rows: RowCount, signal: AbortSignal | undefined): AsyncGenerator<LoadedQuestion> {
  const ofFile = subjectFile(path) && SUBJECT_NAME.exec(basename(path))?.groups?.['subject']?.toLowerCase()
  for await (const { record, place } of readHubRows(path, ['question', 'subject', 'choices', 'answer'], signal)) {
    const { question, choices, answer, ...row } = checkedRecord(hubRow, record, place)
    const subject = row.subject ?? ofFile
    if (subject === undefined) throw noSubject(place)
    const id = `${subject}/${split}/${rows.next(subject)}`
    yield { question: checkedQuestion({ id, kind: 'mcqa', question, options: choices, answer, subject }, place), place }
  }
}

function noSubject({ file, where, line }: Place): GraitError {
  return new GraitError('data_invalid', `${where}: subject is missing`, {
    hint: 'Give each row its subject, or each subject a file: anatomy_test.jsonl.',
    details: { file, line },
  })
}

/** The rows without the index that pandas writes before them, under no name. */
function withoutIndex(rows: CsvRow[]): CsvRow[] {
  const [header, ...below] = rows
  const [name, next] = header?.cells ?? []
  const counts = name === '' && next === 'question' && below.every(({ cells }, index) => cells[0]?.trim() === String(index))
  return counts ? rows.map(({ cells, place }) => ({ cells: cells.slice(1), place })) : rows
}

function answerIndex({ place }: CsvRow, letter: string): number {
  const index = indexOfLetter(letter)
  if (index !== undefined && index < LETTERS.length) return index
  throw new GraitError('data_invalid', `${place.where}: no right answer: ${JSON.stringify(letter)} is none of A, B, C, D`, {
    hint: 'The last column must hold the letter of the right option.',
    details: { file: place.file, line: place.line },
  })
}

function wrongWidth({ cells, place }: CsvRow, columns: readonly string[]): GraitError {
  return new GraitError('data_invalid', `${place.where}: ${cells.length} columns where ${columns.length} belong (${columns.join(', ')})`, {
    hint: LETTERS.every((letter) => cells.includes(letter))
      ? 'If this line names the columns, call them question, A, B, C, D and answer.'
      : 'Put texts that hold commas into double quotes.',
    details: { file: place.file, line: place.line },
  })
}

function empty(path: string): GraitError {
  return new GraitError('data_invalid', `${path}: holds no questions`, {
    hint: 'The file is empty; get it again.',
    details: { file: path },
  })
}
