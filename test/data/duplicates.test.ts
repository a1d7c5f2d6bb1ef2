import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/config/load.js'
import { overlap, repeatedQuestions } from '../../src/data/duplicates.js'
import type { Question } from '../../src/data/question/question.js'
import { summariseData } from '../../src/data/summary.js'
import { loadExperimentData } from '../../src/pipeline/context/experiment-data.js'
import { folderWith } from './temporary-folder.js'

const open = (id: string, question: string, ...answers: string[]): Question => ({ id, kind: 'oeqa', question, answers })
const choice = (id: string, question: string, options: string[], answer: number, subject?: string): Question => ({
  id,
  kind: 'mcqa',
  question,
  options,
  answer,
  ...(subject === undefined ? {} : { subject }),
})

describe('questions that stand there twice', () => {
  it('are found whatever their case, blanks and last mark, and the order of their options', () => {
    const pairs = repeatedQuestions([
      open('a', 'Who wrote  Faust?', 'Goethe'),
      open('b', 'who wrote faust', 'Goethe'),
      open('c', 'Who wrote Faust II?', 'Goethe'),
      choice('d', 'Which?', ['x', 'y'], 0),
      choice('e', 'Which?', ['y', 'x'], 1),
      choice('f', 'Which?', ['x', 'z'], 0),
    ])
    expect(pairs.map(([first, again]) => [first.id, again.id])).toEqual([
      ['a', 'b'],
      ['d', 'e'],
    ])
  })

  it('are told apart by signs', () => {
    expect(repeatedQuestions([choice('a', 'What?', ['1', '2'], 0), choice('b', 'What?', ['-1', '2'], 0)])).toEqual([])
  })
})

describe('what train and test share', () => {
  const train = [open('t1', 'Who wrote Faust?', 'Goethe'), open('t2', 'Who?', 'Ann')]
  const test = [open('x1', 'WHO WROTE FAUST?', 'Goethe'), open('x2', 'When?', '1900')]

  it('is found, each question with its twin', () => {
    expect(overlap(train, test).map(({ tested, learnt }) => [tested.id, learnt.id])).toEqual([['x1', 't1']])
  })

  it('is noted when an experiment is read', async () => {
    const lines = (questions: Question[]) => questions.map((question) => `${JSON.stringify(question)}\n`).join('')
    const more = Array.from({ length: 10 }, (_, i) => open(`m${i}`, `More ${i}?`, 'x'))
    const dir = folderWith({ 'train.jsonl': lines([...train, ...more]), 'test.jsonl': lines(test) })
    const data = { train: `jsonl:${join(dir, 'train.jsonl')}`, tests: [`jsonl:${join(dir, 'test.jsonl')}`] }
    const { notes } = await loadExperimentData(resolveConfig({ data, knowledge: { shots: 0 } }))
    expect(notes).toEqual([`1 of 2 questions of test are also in ${data.train}, such as x1 (there t1)`])
  })
})

describe('the counts of a data set', () => {
  it('are by subject: questions, options, right letters, repeated and contradicting ones', () => {
    const summary = summariseData([
      choice('a', 'Which?', ['x', 'y'], 0, 'law'),
      choice('b', 'Which?', ['x', 'y'], 1, 'law'),
      choice('c', 'What?', ['1', '2', '3'], 1, 'art'),
      { ...open('d', 'Who?', 'Ann', 'Annie'), subject: 'art' },
    ])
    expect(summary).toMatchObject({
      questions: 4,
      mcqa: 3,
      oeqa: 1,
      optionCounts: { '2': 2, '3': 1 },
      answerBalance: { A: 1, B: 2 },
      meanAnswers: 2,
      repeated: 1,
      contradicting: 1,
    })
    expect(summary.subjects.map(({ subject, questions, repeated }) => [subject, questions, repeated])).toEqual([
      ['art', 2, 0],
      ['law', 2, 1],
    ])
  })
})
