import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Dataset, loadDataset } from '../../src/data/dataset.js'
import { GraitError } from '../../src/errors.js'
import { parquetOf } from './files/parquet-of.js'
import { folderWith } from './temporary-folder.js'

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part)))
const open = (fields: object = {}) => JSON.stringify({ id: 'a', kind: 'oeqa', question: 'Q?', answers: ['x'], ...fields })
const choice = (fields: object = {}) => JSON.stringify({ id: 'a', kind: 'mcqa', question: 'Q?', options: ['x', 'y'], answer: 1, ...fields })
const arc = (fields: object = {}) =>
  JSON.stringify({ id: 'a', question: { stem: 'Q?', choices: [{ text: 'x', label: 'A' }, { text: 'y', label: 'B' }] }, answerKey: 'A', ...fields }) // biome-ignore format: a record a line
const mmluRow = { question: 'Q?', subject: 'law', choices: ['a', 'b', 'c', 'd'], answer: 1n }
const whole = parquetOf('mmlu', [mmluRow, mmluRow, mmluRow])

interface Case {
  /** Content of each file; the data set is read from their folder. */
  files: Record<string, string | Uint8Array>
  name: string
  split?: string
}
const own = (file: string, content: string | Uint8Array): Case => ({
  name: `${file.split('.').at(-1)}:${file}`,
  files: { [file]: content },
})
const named = (name: string, file: string, content: string | Uint8Array, split?: string): Case => ({
  name,
  files: { [file]: content },
  ...(split === undefined ? {} : { split }),
})

/** Refused: what, the data, what the message says (with file and, where there is one, line or row). */
const REFUSED: [string, Case, RegExp][] = [
  // JSON Lines
  ['an empty file', own('q.jsonl', ''), /q\.jsonl: holds no questions/],
  ['a file of blank lines', own('q.jsonl', '\n \n\r\n'), /q\.jsonl: holds no questions/],
  ['a line cut short', own('q.jsonl', `${open()}\n{"id": "b", `), /q\.jsonl:2: not valid JSON/],
  ['a bad record of a list over the whole file', own('q.jsonl', `[${open()},\n{}]`), /q\.jsonl, record 2: id is missing/],
  ['a byte that is no UTF-8', own('q.jsonl', bytes(`${open()}\n{"id": "`, [0xe9], '"}')), /q\.jsonl:2: not UTF-8/],
  ['UTF-16', own('q.jsonl', bytes([0xff, 0xfe, 0x7b, 0x00])), /q\.jsonl: UTF-16 text, not UTF-8/],
  ['a line of 100 MB', own('q.jsonl', `{"id": "${'x'.repeat(100_000_000)}"}`), /q\.jsonl:1: the line is longer than 16,777,216/],
  ['zeros', own('q.jsonl', new Uint8Array(1000)), /q\.jsonl: not text: zero bytes/],
  ['a null', own('q.jsonl', 'null'), /q\.jsonl:1: not a question/],
  ['an answer out of range', own('q.jsonl', choice({ answer: 2 })), /q\.jsonl:1: no right answer: answer is 2/],
  ['an answer as a letter', own('q.jsonl', choice({ answer: 'B' })), /q\.jsonl:1: answer must be the position/],
  ['an empty option', own('q.jsonl', choice({ options: ['x', ' '] })), /q\.jsonl:1: an option is empty.*options\[1\]/],
  ['27 options', own('q.jsonl', choice({ options: Array.from({ length: 27 }, (_, i) => `o${i}`) })), /q\.jsonl:1: options has 27 entries/],
  ['the same id twice', own('q.jsonl', `${open()}\n${open()}`), /q\.jsonl:2: the id "a" was already used in line 1/],
  [
    'a lone surrogate',
    own('q.jsonl', open({ question: '\ud800?' }).replace('\ufffd', '\\ud800')),
    /q\.jsonl:1: question holds half a character/,
  ],
  // CSV of one's own
  ['an empty CSV file', own('q.csv', ''), /q\.csv: holds no questions/],
  ['a header and nothing else', own('q.csv', 'question,answer\n'), /q\.csv: holds no questions/],
  ['no column "question"', own('q.csv', 'qestion,answer\nQ?,x\n'), /q\.csv:1: no column "question".*qestion/],
  ['no column of answers', own('q.csv', 'question,A,B\nQ?,x,y\n'), /q\.csv:1: no column "answer"/],
  ['no header at all', own('q.csv', 'What is it?,this,that,A\n'), /q\.csv: holds no questions/],
  ['a column twice', own('q.csv', 'question,answer,Answer\nQ?,x,y\n'), /q\.csv:1: two columns are called "Answer"|"answer"/],
  ['more cells than columns', own('q.csv', 'question,answers\nQ?,x\nQ, really?,y\n'), /q\.csv:3: 3 cells where 2 columns/],
  ['a letter of no option', own('q.csv', 'question,A,B,answer\nQ?,x,y,B\nR?,x,y,C\n'), /q\.csv:3: no right answer: "C" is none of A to B/],
  ['an empty option before a full one', own('q.csv', 'question,A,B,C,answer\nQ?,x,,z,A\n'), /q\.csv:2: an option is empty/],
  ['a quote that stays open', own('q.csv', 'question,answers\n"Q?,x\n'), /q\.csv:\d+: not valid CSV/],
  ['a quote inside a bare cell', own('q.csv', 'question,answers\nthe "Q"?,x\n'), /q\.csv:2: not valid CSV/],
  ['two files joined', own('q.csv', 'question,answers\nQ?,x\nQuestion,Answers\nR?,y\n'), /q\.csv:3: names the columns again/],
  ['a title before the names', own('q.csv', 'My quiz,\nquestion,answers\nQ?,x\n'), /q\.csv:1: no column "question"/],
  [
    'an empty cell of the right option',
    own('q.csv', 'question,A,B,answer\nQ?,x,y,\n'),
    /q\.csv:2: no right answer: the cell "answer" is empty/,
  ],
  [
    'options without a column of the right one',
    own('q.csv', 'question,A,B,answers\nQ?,x,y,x\n'),
    /q\.csv:2: .* the file has no column "answer"/,
  ],
  ['an answer that nobody sees', own('q.jsonl', open({ answers: ['\u200b\u2060'] })), /q\.jsonl:1: an answer is empty/],
  ['no answer', own('q.csv', 'question,answers\nQ?,\n'), /q\.csv:2: no right answer/],
  // MMLU
  ['an empty CSV file of a subject', named('mmlu', 'law_test.csv', ''), /law_test\.csv: holds no questions/],
  ['a column too few', named('mmlu', 'law_test.csv', 'Q?,a,b,c,d,A\nQ?,a,b,c,A\n'), /law_test\.csv:2: 5 columns where 6/],
  ['a letter that is none', named('mmlu', 'law_test.csv', 'Q?,a,b,c,d,E\n'), /law_test\.csv:1: no right answer: "E"/],
  ['an empty question', named('mmlu', 'law_test.csv', ' ,a,b,c,d,A\n'), /law_test\.csv:1: question is empty/],
  [
    'a parquet file cut short',
    named('mmlu', 'test.parquet', whole.subarray(0, whole.length - 20)),
    /test\.parquet: not a readable parquet/,
  ],
  [
    'a parquet file without its middle',
    named('mmlu', 'test.parquet', new Uint8Array([...whole.subarray(0, 30), ...whole.subarray(200)])),
    /test\.parquet: not a readable parquet|test\.parquet, row \d+/,
  ],
  ['an empty parquet file', named('mmlu', 'test.parquet', ''), /test\.parquet: not a readable parquet/],
  ['text called parquet', named('mmlu', 'test.parquet', open()), /test\.parquet: not a readable parquet/],
  [
    'parquet of another data set',
    named('mmlu', 'test.parquet', parquetOf('nq', [{ question: 'q', answer: ['a'] }])),
    /test\.parquet: no column "subject"; its columns are question, answer/,
  ],
  [
    'a parquet answer out of range',
    named('mmlu', 'test.parquet', parquetOf('mmlu', [mmluRow, { ...mmluRow, answer: 4n }])),
    /test\.parquet, row 2: no right answer: answer is 4/,
  ],
  [
    'a parquet row of nulls',
    named('mmlu', 'test.parquet', parquetOf('mmlu', [mmluRow, { ...mmluRow, question: undefined }])),
    /test\.parquet, row 2: question: /,
  ],
  // ARC
  [
    'an answer key that is no label',
    named('arc-easy', 'ARC-Easy-Test.jsonl', arc({ answerKey: 'E' })),
    /ARC-Easy-Test\.jsonl:1: no right answer/,
  ],
  [
    'no choices',
    named('arc-easy', 'ARC-Easy-Test.jsonl', arc({ question: { stem: 'Q?' } })),
    /ARC-Easy-Test\.jsonl:1: question\.choices: /,
  ],
  // TriviaQA and NQ-open
  ['JSON cut short', named('triviaqa', 'dev.json', '[{"qid": "a"'), /dev\.json: not valid JSON/],
  ['records of no known form', named('triviaqa', 'dev.json', '[{"q": "a"}]'), /dev\.json, record 1: qid: /],
  ['"Data" that is no list', named('triviaqa', 'dev.json', '{"Data": 5}'), /dev\.json: "Data" is missing or no list/],
  ['an empty JSON file', named('nq', 'nq/dev.json', ''), /dev\.json: holds no questions/],
  ['an empty list', named('nq', 'nq/dev.json', '[]'), /dev\.json: holds no questions/],
  ['no answer that is a text', named('nq', 'nq/dev.jsonl', '{"question": "q", "answer": [" "]}'), /dev\.jsonl:1: no right answer/],
  // Folders
  ['a folder where a file belongs', { name: 'mmlu', files: { 'law_test.csv/x': '' } }, /mmlu: no files of it/],
  ['a file where a folder belongs', { name: 'mmlu', files: {}, split: 'file' }, /not a folder/],
  ['a folder of other files', named('mmlu', 'notes.txt', 'hello'), /mmlu: no files of it/],
]

/** Read, and what is odd is counted and named: what, the data, how many questions, what the notes say. */
const READ: [string, Case, number, RegExp | undefined][] = [
  ['a byte order mark and Windows line ends', own('q.jsonl', `\ufeff${open()}\r\n${open({ id: 'b' })}\r\n`), 2, undefined],
  [
    'two files joined, each with its byte order mark',
    own('q.jsonl', `\ufeff${open()}\n\ufeff${open({ id: 'b', question: 'R?' })}\n`),
    2,
    undefined,
  ],
  ['rows of invisible signs', own('q.csv', 'question;answers\n\u200b;\u00a0\nQ?;x\n'), 1, undefined],
  ['a byte order mark before a header', own('q.csv', '\ufeffquestion,answers\r\nQ?,x\r\n'), 1, undefined],
  ['old Macintosh line ends', own('q.csv', 'question,answers\rQ?,x\rR?,y\r'), 2, undefined],
  ['semicolons, as spreadsheets write them', own('q.csv', 'question;A;B;answer\n"Q; really?";x, y;z;B\n'), 1, undefined],
  ['tabs', own('q.csv', 'question\tanswers\nQ, really?\tx|y\n'), 1, undefined],
  [
    'quotes and line breaks in quotes',
    named('mmlu', 'mmlu/test/law_test.csv', '"He said ""no"".\nWhy?",a,b,c,"d, e",D\r\n'),
    1,
    /1 of its 57 files/,
  ],
  ['two equal options', own('q.jsonl', choice({ options: ['x', 'x'] })), 1, /1 of 1 questions have two equal options.*the first is a/],
  [
    'a question that stands there twice',
    own('q.jsonl', `${open()}\n${open({ id: 'b', question: 'q' })}`),
    2,
    /1 of 2 questions appear more than once.*b is a/,
  ],
  [
    'a repeated alias',
    named('triviaqa', 'dev.json', '[{"qid": "a", "question": "Q?", "answer": "x", "answers": ["x", "", "x"]}]'),
    1,
    /no train split/,
  ],
  ['a missing last line end', named('arc-easy', 'ARC-Easy-Test.jsonl', `${arc()}\n${arc({ id: 'b' })}`), 2, undefined],
]

async function load({ files, name, split }: Case): Promise<Dataset> {
  const dir = folderWith({ 'a-file': '', ...files })
  const [kind, file] = name.split(':') as [string, string?]
  if (file !== undefined) return loadDataset({ name: `${kind}:${join(dir, file)}` })
  return split === 'file' ? loadDataset({ name, dir: join(dir, 'a-file') }) : loadDataset({ name, dir, split })
}

describe('bad data is refused in one clear message with its place', () => {
  it('of at least 25 kinds', () => expect(REFUSED.length + READ.length).toBeGreaterThanOrEqual(25))

  it.each(REFUSED)('%s', async (_, data, said) => {
    const failure = await load(data).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(GraitError)
    const { code, message, hint } = failure as GraitError
    expect(['data_invalid', 'data_not_found']).toContain(code)
    expect(message).toMatch(said)
    expect(message.length).toBeLessThan(1000)
    expect(hint).toBeTruthy()
  })
})

describe('odd data is read, and what a reader should know is said', () => {
  it.each(READ)('%s', async (_, data, count, said) => {
    const { questions, notes } = await load(data)
    expect(questions).toHaveLength(count)
    if (said !== undefined) expect(notes.join('\n')).toMatch(said)
  })
})
