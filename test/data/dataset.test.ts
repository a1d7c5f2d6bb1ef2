import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { DATASET_NAMES, loadDataset } from '../../src/data/dataset.js'
import { folderWith, rejection } from './temporary-folder.js'

const HEADER = 'id,lang,question,A,B,C,D,target'
const MMLU = {
  'mmlu/test/anatomy_test.csv': `${HEADER}\nanatomy/test/0,en,"Which bone, of these, is longest?",ulna,femur,tibia,stapes,B\n`,
  'mmlu/test/world_religions_test.csv': `${HEADER}\nworld_religions/test/0,en,"He said ""no""?\nWhy?",1,2,3,"4, or 5",D\n`,
  'mmlu/dev/anatomy_dev.csv': `${HEADER}\nanatomy/dev/0,en,A question?,a,b,c,d,A\n`,
  'mmlu/val/anatomy_val.csv': `${HEADER}\nanatomy/val/0,en,A question?,a,b,c,d,C\n`,
}
const MMLU_BONE = {
  id: 'anatomy/test/0',
  kind: 'mcqa',
  question: 'Which bone, of these, is longest?',
  options: ['ulna', 'femur', 'tibia', 'stapes'],
  answer: 1,
  subject: 'anatomy',
}
const arcLine = (id: string, labels: string[], answerKey: string) =>
  JSON.stringify({
    id,
    question: { stem: `Stem of ${id}?`, choices: labels.map((label) => ({ text: `text ${label}`, label })) },
    answerKey,
  })

describe('MMLU', () => {
  it('is read from CSV files with a header, subjects in order of their names', async () => {
    const { questions, split } = await loadDataset({ name: 'mmlu', dir: folderWith(MMLU) })
    expect(split).toBe('test')
    expect(questions).toEqual([
      MMLU_BONE,
      {
        id: 'world_religions/test/0',
        kind: 'mcqa',
        question: 'He said "no"?\nWhy?',
        options: ['1', '2', '3', '4, or 5'],
        answer: 3,
        subject: 'world_religions',
      },
    ])
  })

  it('is read from the original archive, which has no header and no ids', async () => {
    const dir = folderWith({
      'data/test/anatomy_test.csv': '"Which bone, of these, is longest?",ulna,femur,tibia,stapes,B\r\nWhich is next?,a,b,c,d,D\r\n',
      'data/auxiliary_train/race.csv': 'not,read\n',
    })
    const { questions } = await loadDataset({ name: 'mmlu', split: 'test', dir })
    expect(questions[0]).toEqual(MMLU_BONE)
    expect(questions[1]).toMatchObject({ id: 'anatomy/test/1', answer: 3 })
  })

  it('has the same digest in both forms, and another when an answer changes', async () => {
    const file = (content: string) => ({ name: 'mmlu', dir: folderWith({ 'anatomy_test.csv': content }) })
    const headed = await loadDataset(file(`${HEADER}\nanatomy/test/0,en,Q?,a,b,c,d,B\n`))
    const bare = await loadDataset(file('Q?,a,b,c,d,B\n'))
    const changed = await loadDataset(file('Q?,a,b,c,d,C\n'))
    expect(bare.digest).toBe(headed.digest)
    expect(changed.digest).not.toBe(headed.digest)
  })

  it('is found from its own folder and from the one above; "validation" is its val split', async () => {
    const dir = folderWith(MMLU)
    const own = await loadDataset({ name: 'mmlu', split: 'validation', dir: join(dir, 'mmlu') })
    expect(own.split).toBe('val')
    expect(own.questions.map(({ id }) => id)).toEqual(['anatomy/val/0'])
    expect(own.digest).toBe((await loadDataset({ name: 'mmlu:val', dir })).digest)
  })

  it('says how many of its 57 subjects are there, and that two options are equal', async () => {
    const { notes } = await loadDataset({ name: 'mmlu', dir: folderWith({ 'mmlu/test/anatomy_test.csv': 'Q?,a,b,a,d,B\n' }) })
    expect(notes).toEqual([
      'mmlu test: 1 of its 57 files are there',
      '1 of 1 questions have two equal options (kept as they are), the first is anatomy/test/0',
    ])
  })

  it.each([
    ['a letter that is none', 'Q?,a,b,c,d,E', /_test\.csv:1: no right answer: "E" is none of A, B, C, D/],
    ['too few columns', 'Q?,a,b,c,d,A\nQ?,a,b,c,A', /_test\.csv:2: 5 columns where 6 belong/],
    ['an open quotation', 'Q?,a,b,c,d,A\n"Q?,a,b,c,d,A', /_test\.csv.*not valid CSV/],
  ])('refuses %s with file and line', async (_, content, words) => {
    const failure = await rejection(loadDataset({ name: 'mmlu', dir: folderWith({ 'anatomy_test.csv': content }) }))
    expect(failure.code).toBe('data_invalid')
    expect(failure.message).toMatch(words)
  })
})

describe('ARC', () => {
  const lines = [
    arcLine('q1', ['A', 'B', 'C', 'D'], 'C'),
    arcLine('q2', ['1', '2', '3', '4'], '2'),
    arcLine('q3', ['A', 'B', 'C', 'D', 'E'], 'E'),
  ]

  it('turns labels A-E and 1-4 into positions and keeps 3 and 5 options', async () => {
    const dir = folderWith({
      'arc/ARC-Challenge-Test.jsonl': lines.join('\n'),
      'arc/ARC-Easy-Test.jsonl': arcLine('e', ['A', 'B', 'C'], 'A'),
    })
    const { questions } = await loadDataset({ name: 'arc-challenge', split: 'test', dir })
    expect(questions.map(({ id, options, answer }) => [id, options?.length, answer])).toEqual([
      ['q1', 4, 2],
      ['q2', 4, 1],
      ['q3', 5, 4],
    ])
    expect((await loadDataset({ name: 'arc-easy', dir })).questions.map(({ id }) => id)).toEqual(['e'])
  })

  it('is read from the split that is there when none is asked for, and says so', async () => {
    const dataset = await loadDataset({ name: 'arc-challenge', dir: folderWith({ 'ARC-Challenge-Dev.jsonl': lines[0] as string }) })
    expect(dataset.split).toBe('dev')
    expect(dataset.notes[0]).toContain('there is no test split')
  })

  it('refuses an answer key that is no label', async () => {
    const dir = folderWith({ 'ARC-Easy-Dev.jsonl': `${lines[0]}\n${arcLine('q9', ['A', 'B'], 'C')}` })
    const failure = await rejection(loadDataset({ name: 'arc-easy', dir }))
    expect(failure.message).toMatch(/ARC-Easy-Dev\.jsonl:2: no right answer/)
  })
})

describe('TriviaQA', () => {
  it('is read from the list form, the main answer first, repeated and blank aliases dropped', async () => {
    const list = [{ qid: 't0', lang: 'en', question: 'Who?', answer: 'Ann', answers: ['Annie', 'Ann', ' '] }]
    const { questions } = await loadDataset({ name: 'triviaqa', dir: folderWith({ 'triviaqa/train.json': JSON.stringify(list) }) })
    expect(questions).toEqual([{ id: 't0', kind: 'oeqa', question: 'Who?', answers: ['Ann', 'Annie'] }])
  })

  it.each([
    [
      'the original form',
      'unfiltered-web-dev.json',
      {
        Version: 1,
        Data: [{ QuestionId: 't0', Question: 'Who?', Answer: { Value: 'Ann', Aliases: ['Annie'], NormalizedAliases: ['ann'] } }],
      },
    ],
    [
      'the original form, data first',
      'wikipedia-dev.json',
      { Data: [{ QuestionId: 't0', Question: 'Who?', Answer: { Value: 'Ann', Aliases: ['Annie'] } }] },
    ],
    [
      'JSON Lines with the columns of the hub',
      'dev.jsonl',
      { question: 'Who?', question_id: 't0', answer: { value: 'Ann', aliases: ['Annie'], normalized_aliases: [] } },
    ],
  ])('is read from %s', async (_, name, content) => {
    const dir = folderWith({ [`triviaqa/${name}`]: JSON.stringify(content) })
    const { questions, split } = await loadDataset({ name: 'triviaqa', split: 'validation', dir })
    expect(split).toBe('dev')
    expect(questions).toEqual([{ id: 't0', kind: 'oeqa', question: 'Who?', answers: ['Ann', 'Annie'] }])
  })

  it('refuses a record of another form with its number', async () => {
    const dir = folderWith({
      'dev.json': JSON.stringify([
        { qid: 'a', question: 'Q?', answers: ['x'] },
        { qid: 'b', question: 'Q?' },
      ]),
    })
    const failure = await rejection(loadDataset({ name: 'triviaqa', dir }))
    expect(failure.code).toBe('data_invalid')
    expect(failure.message).toMatch(/dev\.json, record 2: answers: /)
  })

  it('refuses a repeated id with both places', async () => {
    const record = { qid: 'a', question: 'Q?', answers: ['x'] }
    const failure = await rejection(loadDataset({ name: 'triviaqa', dir: folderWith({ 'dev.json': JSON.stringify([record, record]) }) }))
    expect(failure.message).toMatch(/record 2: the id "a" was already used in .*record 1/)
  })

  it('refuses a file that was cut short', async () => {
    const failure = await rejection(loadDataset({ name: 'triviaqa', dir: folderWith({ 'dev.json': '[{"qid": "a", ' }) }))
    expect(failure.message).toContain('not valid JSON')
  })
})

describe('NQ-open', () => {
  it('is read from the list form', async () => {
    const list = [{ qid: 'nq_dev_0', question: 'who', answer: 'Ann', answers: ['Ann', 'Annie'] }]
    const { questions } = await loadDataset({ name: 'nq', dir: folderWith({ 'nq/dev.json': JSON.stringify(list, null, 1) }) })
    expect(questions).toEqual([{ id: 'nq_dev_0', kind: 'oeqa', question: 'who', answers: ['Ann', 'Annie'] }])
  })

  it('is read from JSON Lines, with ids made of split and row', async () => {
    const lines = '{"question": "who", "answer": ["Ann"]}\n{"question": "when", "answer": ["1900", "in 1900"]}\n'
    const { questions } = await loadDataset({ name: 'nq', split: 'dev', dir: folderWith({ 'NQ-open.dev.jsonl': lines }) })
    expect(questions.map(({ id, answers }) => [id, answers])).toEqual([
      ['nq_dev_0', ['Ann']],
      ['nq_dev_1', ['1900', 'in 1900']],
    ])
  })
})

describe('naming a data set', () => {
  it('jsonl:FILE is a file of questions', async () => {
    const question = { id: 'a', kind: 'oeqa', question: 'Q?', answers: ['x'] }
    const dir = folderWith({ 'q.jsonl': JSON.stringify(question) })
    const { questions, split } = await loadDataset({ name: `jsonl:${join(dir, 'q.jsonl')}` })
    expect(questions).toEqual([question])
    expect(split).toBeNull()
  })

  it('an unknown name is refused with the nearest and all that there are', async () => {
    const failure = await rejection(loadDataset({ name: 'triviqa' }))
    expect(failure).toMatchObject({ code: 'data_not_found', message: '"triviqa": unknown data set' })
    expect(failure.hint).toContain('Did you mean triviaqa?')
    for (const name of DATASET_NAMES) expect(failure.hint).toContain(name)
  })

  it('a file without jsonl: is refused with the way to write it', async () => {
    expect((await rejection(loadDataset({ name: 'my.jsonl' }))).hint).toContain('jsonl:my.jsonl')
  })

  it('a published data set needs its folder, where the hub is not asked; one that exists, that holds it, with the split', async () => {
    const dir = folderWith(MMLU)
    vi.stubEnv('HF_HUB_OFFLINE', '1')
    vi.stubEnv('HF_HUB_CACHE', folderWith({}))
    onTestFinished(() => void vi.unstubAllEnvs())
    const hints = []
    for (const request of [
      { name: 'mmlu' },
      { name: 'mmlu', dir: join(dir, 'no') },
      { name: 'nq', dir },
      { name: 'mmlu', split: 'train', dir },
    ]) {
      const failure = await rejection(loadDataset(request))
      expect(failure.code).toBe('data_not_found')
      hints.push(failure.hint)
    }
    expect(hints[0]).toContain('--data DIR')
    expect(hints[2]).toContain('Looked in')
    expect(hints[3]).toBe('There is: test, val, dev.')
  })
})
