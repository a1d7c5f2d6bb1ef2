import { describe, expect, it } from 'vitest'
import type { Question } from '../../../src/data/question/question.js'
import { thresholdQuestions } from '../../../src/pipeline/context/threshold-questions.js'

const questions = (part: string, count: number): Question[] =>
  Array.from({ length: count }, (_, index) => ({ id: `${part}${index}`, kind: 'oeqa', question: '?', answers: ['a'] }))
const ids = (list: readonly Question[]) => list.map(({ id }) => id)
const settings = { limit: null, share: 0.15, seed: 3 }

describe('the questions that thresholds are set on', () => {
  const train = questions('t', 100)

  it('are the validation part, where there is one', () => {
    const found = thresholdQuestions({ validation: questions('v', 40), unused: questions('u', 90), train }, settings)
    expect(found.trainedOn).toBe(false)
    expect(ids(found.questions)).toEqual(ids(questions('v', 40)))
    expect(thresholdQuestions({ validation: questions('v', 900), unused: [], train }, settings).questions).toHaveLength(500)
  })

  it('or else those that were left over, if they are enough: a share of D_src, or the limit', () => {
    const found = thresholdQuestions({ validation: [], unused: questions('u', 30), train }, settings)
    expect(found).toMatchObject({ trainedOn: false })
    expect(found.questions).toHaveLength(15)
    expect(new Set(ids(found.questions).map((id) => id[0]))).toEqual(new Set(['u']))
    expect(thresholdQuestions({ validation: [], unused: questions('u', 30), train }, { ...settings, limit: 25 }).questions).toHaveLength(25)
  })

  it('or else some of D_src, drawn by a seeded hash, and then it is said that models are trained on them', () => {
    const parts = { validation: [], unused: questions('u', 14), train }
    const found = thresholdQuestions(parts, settings)
    expect(found.trainedOn).toBe(true)
    expect(found.questions).toHaveLength(15)
    expect(ids(train)).toEqual(expect.arrayContaining(ids(found.questions)))
    expect(thresholdQuestions(parts, settings)).toEqual(found)
    expect(ids(thresholdQuestions(parts, { ...settings, seed: 4 }).questions)).not.toEqual(ids(found.questions))
  })
})
