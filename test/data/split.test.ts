import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OpenQuestion, Question } from '../../src/data/question/question.js'
import { sampleQuestions } from '../../src/data/sample.js'
import { splitByGroup } from '../../src/data/split.js'

const question = (id: string, fields: Partial<OpenQuestion> = {}): Question => ({
  id,
  kind: 'oeqa',
  question: `${id}?`,
  answers: ['x'],
  ...fields,
})
const some = (n: number, fields: (index: number) => Partial<OpenQuestion> = () => ({})) =>
  Array.from({ length: n }, (_, index) => question(`q${index}`, fields(index)))
const ids = (questions: readonly Question[]) => questions.map(({ id }) => id)

describe('splitting by group', () => {
  it('puts every question into one part, groups whole, in the order given', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 80 }),
        fc.integer({ min: 0, max: 5 }),
        fc.double({ min: 0, max: 0.45, noNaN: true }),
        fc.double({ min: 0, max: 0.45, noNaN: true }),
        (groups, seed, validation, test) => {
          const questions = some(groups.length, (index) => ({ group: `g${groups[index]}` }))
          const parts = splitByGroup(questions, { validation, test, seed })
          const all = [parts.train, parts.validation, parts.test]
          expect(new Set(all.flatMap(ids)).size).toBe(questions.length)
          for (const part of all) expect(ids(part)).toEqual(ids(questions.filter((item) => part.includes(item))))
          const owners = all.map((part) => new Set(part.map(({ group }) => group)))
          for (const group of new Set(questions.map((item) => item.group)))
            expect(owners.filter((owner) => owner.has(group))).toHaveLength(1)
        },
      ),
    )
  })

  it('gives the shares asked for, to one question where nothing is grouped', () => {
    const parts = splitByGroup(some(200), { validation: 0.15, test: 0.25, seed: 0 })
    expect([parts.train.length, parts.validation.length, parts.test.length]).toEqual([120, 30, 50])
  })

  it('gives a small set at least one question to test on', () => {
    const parts = splitByGroup(some(3), { validation: 0.1, test: 0.1, seed: 0 })
    expect([parts.train.length, parts.validation.length, parts.test.length]).toEqual([1, 1, 1])
  })

  it('is the same for the same seed, another for another', () => {
    const at = (seed: number) => ids(splitByGroup(some(100), { validation: 0, test: 0.3, seed }).test)
    expect(at(1)).toEqual(at(1))
    expect(at(1)).not.toEqual(at(2))
  })
})

describe('a sample', () => {
  it('keeps the proportions of the subjects, by largest remainder', () => {
    // 50 + 30 + 20 of 100; a sample of 7 is 3.5 + 2.1 + 1.4: 3 + 2 + 1 and the one left goes to the largest remainder.
    const questions = some(100, (index) => ({ subject: index < 50 ? 'a' : index < 80 ? 'b' : 'c' }))
    const sample = sampleQuestions(questions, 7, 0)
    expect(['a', 'b', 'c'].map((subject) => sample.filter((item) => item.subject === subject).length)).toEqual([4, 2, 1])
  })

  it('has exactly n questions, in the order given, and does not depend on that order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 0, max: 9 }),
        (subjects, n, seed) => {
          const questions = some(subjects.length, (index) => ({ subject: `s${subjects[index]}` }))
          const sample = sampleQuestions(questions, n, seed)
          expect(sample).toHaveLength(Math.min(n, questions.length))
          expect(sample).toEqual(questions.filter((item) => sample.includes(item)))
          expect(new Set(ids(sampleQuestions([...questions].reverse(), n, seed)))).toEqual(new Set(ids(sample)))
        },
      ),
    )
  })

  it('grows by adding: a larger sample of one subject holds the smaller', () => {
    const questions = some(50)
    const large = new Set(ids(sampleQuestions(questions, 20, 3)))
    expect(ids(sampleQuestions(questions, 10, 3)).every((id) => large.has(id))).toBe(true)
  })
})
