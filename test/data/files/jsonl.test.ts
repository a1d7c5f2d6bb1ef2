import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readQuestions as readFile } from '../../../src/data/files/jsonl.js'
import { folderWith, rejection } from '../temporary-folder.js'

const CHOICE = { id: 'a', kind: 'mcqa', question: 'Which is a fruit?', options: ['stone', 'pear'], answer: 1 }
const OPEN = { id: 'b', kind: 'oeqa', question: 'What is the capital of France?', answers: ['Paris'], subject: 'capital', group: 'france' }

const readQuestions = async (path: string) => (await readFile(path)).questions
const fileOf = (...lines: unknown[]) => {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
  return join(folderWith({ 'my.jsonl': text }), 'my.jsonl')
}
const failureOf = (...lines: unknown[]) => rejection(readQuestions(fileOf(...lines)))

describe('a file of questions', () => {
  it('is read line by line, in order', async () => {
    expect(await readQuestions(fileOf(CHOICE, OPEN))).toEqual([CHOICE, OPEN])
  })

  it('may begin with a byte order mark, end lines as Windows does and hold blank lines', async () => {
    const path = join(folderWith({ 'w.jsonl': `\uFEFF${JSON.stringify(CHOICE)}\r\n\r\n  \r\n${JSON.stringify(OPEN)}\r\n` }), 'w.jsonl')
    expect(await readQuestions(path)).toEqual([CHOICE, OPEN])
  })

  it('keeps letters that are split between two chunks of the stream', async () => {
    const long = Array.from({ length: 3000 }, (_, index) => ({ ...OPEN, id: `é${index}`, question: `日本の首都はどこですか？ ${index}` }))
    expect(await readQuestions(fileOf(...long))).toEqual(long)
  })

  it('may hold keys that no question has; they are left out', async () => {
    expect(await readQuestions(fileOf({ ...OPEN, comment: 'mine', lang: 'en' }))).toEqual([OPEN])
  })

  it('may have no ids at all: the questions are numbered, and a note says so', async () => {
    const { id: _, ...open } = OPEN
    const read = await readFile(fileOf(open, { ...open, question: 'And of Italy?', answers: ['Rome'] }))
    expect(read.questions.map(({ id }) => id)).toEqual(['1', '2'])
    expect(read.notes).toEqual(['no question has an id: they are numbered from 1'])
    expect((await failureOf(open, OPEN)).message).toMatch(/my\.jsonl:2: has the id "b", and the first question has none/)
    expect((await failureOf(OPEN, open)).message).toMatch(/my\.jsonl:2: id is missing/)
  })

  it('may have two equal options, as published benchmarks do', async () => {
    expect(await readQuestions(fileOf({ ...CHOICE, options: ['pear', 'pear'] }))).toHaveLength(1)
  })
})

describe('a file in a form near the usual one', () => {
  it('may number its questions, subjects and groups', async () => {
    expect(await readQuestions(fileOf({ ...OPEN, id: 7, subject: 1, group: 0 }))).toEqual([{ ...OPEN, id: '7', subject: '1', group: '0' }])
  })

  it('may write null where a question has no such field', async () => {
    expect(await readQuestions(fileOf({ ...CHOICE, answers: null, group: null }))).toEqual([CHOICE])
  })

  it('may leave out the kind, which options or answers tell', async () => {
    expect(await readQuestions(fileOf({ ...CHOICE, kind: undefined }, { ...OPEN, kind: undefined }))).toEqual([CHOICE, OPEN])
  })

  it('may be one JSON list', async () => {
    expect(await readQuestions(fileOf('[', `${JSON.stringify(CHOICE)},`, JSON.stringify(OPEN), ']'))).toEqual([CHOICE, OPEN])
  })

  it.each([
    ['in an object', JSON.stringify({ version: 1, data: [CHOICE, OPEN] })],
    ['in an object on several lines', JSON.stringify({ questions: [CHOICE, OPEN] }, null, 2)],
    ['on several lines', JSON.stringify([CHOICE, OPEN], null, 2)],
  ])('may be one JSON list %s', async (_, text) => {
    expect(await readQuestions(fileOf(text))).toEqual([CHOICE, OPEN])
  })

  it('has its other keys named in a note', async () => {
    expect((await readFile(fileOf({ ...OPEN, lang: 'en' }, { ...CHOICE, level: 1 }))).notes).toEqual([
      'keys that are not read: lang, level',
    ])
  })
})

describe('options that no question of a file has', () => {
  it('are seen in the answers: letters, or names of keys that are not read', async () => {
    const row = (id: string, answer: string) => ({ id, question: `${id}?`, answers: [answer], un: 'x', deux: 'y' })
    expect((await failureOf(row('a', 'A'), row('b', 'B'))).message).toMatch(/my\.jsonl: every answer is a letter or a small number/)
    expect((await failureOf(row('a', 'x'), row('b', 'y'))).message).toMatch(/my\.jsonl: every answer is the text of another key/)
    expect(await readQuestions(fileOf(row('a', 'A'), row('b', 'Bern')))).toHaveLength(2)
  })

  it('are left out where the question says that it is open-ended', async () => {
    expect(await readQuestions(fileOf({ ...OPEN, distractors: ['Rome'] }))).toEqual([OPEN])
  })

  it('are perhaps counted from 1 where no answer is 0, and a note asks', async () => {
    const rows = ['a', 'b', 'c'].map((id, index) => ({ ...CHOICE, id, options: ['x', 'y', 'z'], answer: index === 0 ? 2 : 1 }))
    expect((await readFile(fileOf(...rows))).notes).toEqual([expect.stringContaining('were these counted from 1?')])
    expect((await readFile(fileOf({ ...CHOICE, answer: 0 }, ...rows.slice(1)))).notes).toEqual([])
  })
})

describe('a bad line tells how it is written', () => {
  const WORDS: [string, unknown, string, string][] = [
    [
      'answer of an open-ended question',
      { id: 'a', kind: 'oeqa', question: 'Q?', answer: 'y' },
      'has its right texts in "answers"',
      'Write "answers": ["y"] instead of "answer".',
    ],
    [
      'one without a kind',
      { id: 'a', question: 'Q?', answer: 'y' },
      'has its right texts in "answers"',
      'Write "answers": ["y"] instead of "answer".',
    ],
    ['answers that are one text', { ...OPEN, answers: 'Paris' }, 'answers must be a list of strings', 'Write "answers": ["Paris"].'],
    ['an answer that is a number', { ...OPEN, answers: [1912] }, 'an answer must be a string', 'Write it in quotes: "1912".'],
    ['a letter', { ...CHOICE, answer: 'b' }, 'answer must be the position', 'Write "answer": 1 for "b": options are counted from 0.'],
    [
      'the text of an option',
      { ...CHOICE, answer: 'pear' },
      'answer must be the position',
      'Write "answer": 1 for "pear": options are counted from 0.',
    ],
    [
      'choices',
      { ...CHOICE, kind: undefined, options: undefined, choices: ['stone', 'pear'] },
      'options is missing',
      'Is "choices" meant for it? Rename it to "options".',
    ],
    [
      'options with letters',
      { ...CHOICE, options: { A: 'stone', B: 'pear' } },
      'options must be a list',
      'Write "options": ["stone","pear"].',
    ],
    [
      'a letter, and options under letters',
      { id: 'a', question: 'Q?', A: 'x', B: 'y', answer: 'B' },
      '"A", "B" may hold the options',
      'Write "options": ["x","y"], "answer": 1.',
    ],
    [
      'candidates beside the answer',
      { id: 'a', question: 'Q?', answers: ['y'], candidates: ['x', 'y'] },
      'options is missing',
      'Rename it to "options". If the question is open-ended, add "kind": "oeqa".',
    ],
    [
      'distractors',
      { id: 'a', question: 'Q?', answers: ['y'], distractors: ['x'] },
      '"distractors" may hold the options',
      'Put all options, the right one too',
    ],
    [
      'a list with the answer in it',
      { id: 'a', question: 'Q?', answers: ['y'], foo: ['x', 'y'] },
      '"foo" may hold the options',
      'Rename it',
    ],
    ['aliases', { ...OPEN, aliases: ['Lutetia'] }, '"aliases" may hold right answers', 'Put every right text into "answers".'],
    ['a passage', { ...OPEN, passage: 'France is ...' }, '"passage" may be what the question is about', 'Put its text into "question".'],
    [
      'a list as answer',
      { id: 'a', question: 'Q?', answer: ['x', 'y'] },
      'has its right texts in "answers"',
      'Write "answers": ["x","y"] instead',
    ],
    [
      'an answer counted from 1',
      { ...CHOICE, answer: 2 },
      'answer is 2',
      'A is 0, B is 1. If the answers of this file count from 1, take 1',
    ],
    [
      'an answer that is an option',
      { ...CHOICE, options: ['3', '4'], answer: 4 },
      'answer is 4',
      'write "answer": 1 if the right option is the text "4"',
    ],
    ['a kind in words', { ...CHOICE, kind: 'multiple choice' }, 'kind must be "mcqa"', 'Write mcqa for "multiple choice".'],
    ['a kind in capitals', { ...OPEN, kind: 'Open-Ended' }, 'kind must be', 'Write oeqa for "Open-Ended".'],
    ['NaN', '{"id": "a", "answer": NaN}', 'not valid JSON', 'NaN and Infinity, which Python writes, are no JSON'],
    ['a comma before the closing bracket', '{"id": "a",}', 'not valid JSON', 'Remove the comma before the closing bracket.'],
    ['a comma after each object', '{"id": "a"},', 'not valid JSON', 'Remove the comma after the object'],
    ['a list with a comma at its end', `[\n${JSON.stringify(OPEN)},\n]`, 'my.jsonl:2: not valid JSON', 'Remove the comma'],
    ['one key twice', '{"id": "a", "answers": ["x"], "answers": ["y"]}', 'my.jsonl:1: the key "answers" stands twice', 'Keep one'],
    ['one key twice in a list', '[{"id": "a"},\n{"id": "b", "id": "c"}]', 'my.jsonl:2: the key "id" stands twice', 'Keep one'],
    ['columns, as pandas writes them', { question: { 0: 'Q?' }, answers: { 0: ['x'] } }, 'one object of columns', 'orient="records"'],
    ['records under their names', { a: { question: 'Q?' }, b: { question: 'R?' } }, 'records under their names', 'to_entries'],
    ["Python's print", "{'id': 'a', 'answers': None}", 'not valid JSON', 'json.dumps'],
    ['a record on several lines', '{', 'not valid JSON', 'write each on one line'],
    ['CSV', 'question,answers', 'not valid JSON', 'a CSV file of questions is named csv:'],
  ]

  it.each(WORDS)('%s', async (_, line, said, hint) => {
    const failure = await failureOf(line)
    expect(failure.message).toContain(said)
    expect(failure.hint).toContain(hint)
  })

  it('several things at a time', async () => {
    const failure = await failureOf({ kind: 'oeqa', answer: 'y' })
    expect(failure.message).toMatch(/my\.jsonl:1: id is missing.*; also, question is missing.*; also, an open-ended question has/)
    expect(failure.hint).toContain('Write "answers": ["y"] instead of "answer".')
  })
})

describe('a bad line is refused with file, line, field and remedy', () => {
  it('malformed JSON', async () => {
    const failure = await failureOf(CHOICE, '', '{"id": "b", "kind": ')
    expect(failure).toMatchObject({ code: 'data_invalid', details: { line: 3 } })
    expect(failure.message).toMatch(/my\.jsonl:3: not valid JSON/)
    expect(failure.hint).toContain('one complete JSON object')
  })

  it.each([
    ['a list instead of an object', [1, 2], 'not a question'],
    ['an id that is no whole number', { ...OPEN, id: 7.5 }, 'id must be a string'],
    ['an id with more digits than a number can hold', { ...OPEN, id: 2 ** 60 }, 'id must be a string'],
    ['an unknown kind', { ...OPEN, kind: 'essay' }, 'kind must be "mcqa" (multiple choice) or "oeqa"'],
    ['an empty question', { ...OPEN, question: '  ' }, 'question is empty'],
    ['no options', { ...CHOICE, options: undefined }, 'options is missing'],
    ['one option', { ...CHOICE, options: ['pear'] }, 'needs at least 2'],
    ['an empty option', { ...CHOICE, options: ['stone', ''] }, 'an option is empty; write some text (id "a") (options[1])'],
    ['no right option', { ...CHOICE, answer: undefined }, 'no right answer: answer is missing'],
    ['an answer beyond the options', { ...CHOICE, answer: 2 }, 'no right answer: answer is 2, but the 2 options are numbered 0 to 1'],
    ['an answer before the options', { ...CHOICE, answer: -1 }, 'no right answer: answer is -1'],
    ['an answer given as a letter', { ...CHOICE, answer: 'B' }, 'a whole number counted from 0'],
    ['an answer between two options', { ...CHOICE, answer: 0.5 }, 'a whole number counted from 0'],
    ['no answers', { ...OPEN, answers: undefined }, 'no right answer: answers is missing'],
    ['an empty list of answers', { ...OPEN, answers: [] }, 'no right answer: answers is empty'],
    ['an empty answer', { ...OPEN, answers: ['Paris', ' '] }, '(answers[1])'],
  ])('%s', async (_, line, words) => {
    const failure = await failureOf({ ...OPEN, id: 'first' }, line)
    expect(failure).toMatchObject({ code: 'data_invalid', details: { line: 2 } })
    expect(failure.message).toContain('my.jsonl:2: ')
    expect(failure.message).toContain(words)
    expect(failure.hint).toBeTruthy()
  })

  it('a misspelt key is named where the right one is missing', async () => {
    const { answer, ...rest } = CHOICE
    expect((await failureOf({ ...rest, awnser: answer })).hint).toBe('Is "awnser" a misspelling of "answer"?')
    const { question, ...open } = OPEN
    expect((await failureOf({ ...open, quesiton: question })).hint).toBe('Is "quesiton" a misspelling of "question"?')
  })

  it('a repeated id, with both lines', async () => {
    const failure = await failureOf(CHOICE, OPEN, '', { ...OPEN, question: 'Another?' })
    expect(failure.message).toMatch(/my\.jsonl:4: the id "b" was already used in line 2$/)
    expect(failure).toMatchObject({ code: 'data_invalid', details: { line: 4, firstLine: 2, id: 'b' } })
  })

  it('a file without a question', async () => {
    expect((await failureOf('', ' ')).message).toContain('holds no questions')
  })

  it('a file that is not UTF-8', async () => {
    const path = join(folderWith({ 'latin.jsonl': new Uint8Array([0x7b, 0xe9, 0x7d]) }), 'latin.jsonl')
    expect((await rejection(readQuestions(path))).message).toContain('not UTF-8')
  })
})

describe('a file that is not there', () => {
  it('is refused with the nearest name beside it', async () => {
    const folder = folderWith({ 'questions.jsonl': '' })
    const failure = await rejection(readQuestions(join(folder, 'question.jsonl')))
    expect(failure).toMatchObject({ code: 'data_not_found', hint: `Did you mean ${join(folder, 'questions.jsonl')}?` })
  })

  it('is said to be a folder where it is one', async () => {
    expect((await rejection(readQuestions(folderWith({})))).message).toContain('not a file')
  })
})

it('a file of several lists is told how to be divided', async () => {
  const failure = await rejection(readQuestions(fileOf({ train: [CHOICE], test: [OPEN] })))
  expect([failure.message, failure.hint]).toEqual([
    expect.stringContaining('holds several lists of records: "train", "test"'),
    expect.stringContaining("jq -c '.train[]'"),
  ])
})

describe('options and answers in an unusual form', () => {
  const { answers: _, subject: __, group: ___, ...BARE } = OPEN

  it.each([
    ['a list inside a text', { ...OPEN, answers: ["['Paris', 'Lutetia']"] }, 'is a list inside a text', '["Paris","Lutetia"]'],
    ['the same as "answer"', { ...BARE, kind: undefined, answer: "['Paris']" }, 'is a list inside a text', '["Paris"]'],
    [
      'options in the question',
      { ...BARE, kind: undefined, question: 'Capital? A) Rome B) Paris', answers: ['B'] },
      'the question holds its options',
      '"options": [...]',
    ],
    ['nothing but letters', { ...BARE, kind: undefined, answers: ['B'] }, 'every answer is a letter, as options have', '"kind": "oeqa"'],
    ['labels against the order', { ...CHOICE, options: ['B. stone', 'A. pear'] }, '"A. pear" is option B', 'order of their labels'],
  ])('%s is refused', async (_, line, said, hint) => {
    const failure = await rejection(readQuestions(fileOf(line)))
    expect(failure.message).toContain(said)
    expect(failure.hint).toContain(hint)
  })

  it('labels that fit the order are left out, and a note says so', async () => {
    const { questions, notes } = await readFile(fileOf({ ...CHOICE, options: ['A. stone', 'B. pear'] }))
    expect([questions[0]?.options, notes]).toEqual([['stone', 'pear'], [expect.stringContaining('as in "A. stone"')]])
  })

  it('a list inside a text is read as it is where a second text shows that it is meant', async () => {
    expect((await readQuestions(fileOf({ ...OPEN, answers: ["['a']", '[a]'] })))[0]?.answers).toEqual(["['a']", '[a]'])
  })
})
