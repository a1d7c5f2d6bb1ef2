import { describe, expect, it } from 'vitest'
import { atlasQuestions } from '../../src/data/atlas/atlas.js'
import type { OpenQuestion, Question } from '../../src/data/question/question.js'
import { pickShots } from '../../src/prompts/shots.js'

const open = (id: string, fields: Partial<OpenQuestion> = {}): Question => ({
  id,
  kind: 'oeqa',
  question: `${id}?`,
  answers: ['x'],
  ...fields,
})
const choice = (id: string, subject?: string): Question => ({
  id,
  kind: 'mcqa',
  question: `${id}?`,
  options: ['a', 'b'],
  answer: 0,
  ...(subject === undefined ? {} : { subject }),
})
const ids = (questions: readonly Question[]) => questions.map(({ id }) => id)

describe('worked examples', () => {
  it('of the atlas are three of the same relation, about three entities, and are taken out of the questions', () => {
    const questions = atlasQuestions()
    const shots = pickShots(questions, { shots: null, seed: 0 })
    for (const question of shots.rest) {
      const shown = shots.for(question)
      expect(shown).toHaveLength(3)
      expect(shown.every(({ subject }) => subject === question.subject)).toBe(true)
      expect(new Set(shown.map(({ group }) => group)).size).toBe(3)
    }
    expect(shots.rest.length + shots.all.length).toBe(questions.length)
    expect(shots.rest.some((question) => shots.all.includes(question))).toBe(false)
  })

  it('are of different subjects and entities where the subjects are small', () => {
    const questions = Array.from({ length: 20 }, (_, index) => open(`q${index}`, { subject: `s${index % 5}`, group: `g${index % 4}` }))
    const shots = pickShots(questions, { shots: null, seed: 0 })
    expect(shots.all).toHaveLength(3)
    expect(new Set(shots.all.map(({ subject }) => subject)).size).toBe(3)
    expect(new Set(shots.all.map(({ group }) => group)).size).toBe(3)
    expect(shots.for(shots.rest[0] as Question)).toEqual(shots.all)
  })

  it('are the same for the same seed, whatever the order of the questions', () => {
    const questions = atlasQuestions()
    const at = (seed: number, from = questions) => ids(pickShots(from, { shots: null, seed }).all).sort()
    expect(at(1, [...questions].reverse())).toEqual(at(1))
    expect(at(1)).not.toEqual(at(2))
  })

  it('of MMLU are the first five of its dev split in the same subject; no question is lost', () => {
    const dev = ['law', 'art'].flatMap((subject) => Array.from({ length: 6 }, (_, index) => choice(`${subject}/dev/${index}`, subject)))
    const questions = [choice('law/test/0', 'law'), choice('art/test/0', 'art')]
    const shots = pickShots(questions, { shots: null, seed: 0, dev })
    expect(ids(shots.for(questions[1] as Question))).toEqual([0, 1, 2, 3, 4].map((index) => `art/dev/${index}`))
    expect(shots.rest).toEqual(questions)
    expect(shots.all).toHaveLength(10)
  })

  it('are of the same kind as the question', () => {
    const questions = [
      ...Array.from({ length: 9 }, (_, index) => choice(`c${index}`)),
      ...Array.from({ length: 9 }, (_, index) => open(`o${index}`)),
    ]
    const shots = pickShots(questions, { shots: null, seed: 0 })
    expect(shots.for(choice('new')).map(({ kind }) => kind)).toEqual(Array(5).fill('mcqa'))
    expect(shots.for(open('new')).map(({ kind }) => kind)).toEqual(Array(3).fill('oeqa'))
  })

  it('can be none', () => {
    const shots = pickShots([open('a')], { shots: 0, seed: 0 })
    expect(shots.all).toEqual([])
    expect(ids(shots.rest)).toEqual(['a'])
  })

  it('may not be all there is', () => {
    expect(() => pickShots([open('a'), open('b')], { shots: null, seed: 0 })).toThrowError(
      expect.objectContaining({ code: 'too_few_questions' }),
    )
  })
})
