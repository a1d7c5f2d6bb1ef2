import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mcqaKnowledge, negativeEntropy } from '../../src/knowledge/mcqa.js'

const logs = (...probabilities: number[]) => Float64Array.from(probabilities, Math.log)

describe('knowledge of a multiple-choice question', () => {
  it('renormalises p(gold) over the options and keeps the raw one', () => {
    // 0.4 + 0.2 + 0.1 + 0.1 = 0.8 of the mass is on options: 0.4 / 0.8 = 0.5
    const found = mcqaKnowledge('q', logs(0.4, 0.2, 0.1, 0.1), 0)
    expect(found.correctness).toBeCloseTo(0.5, 14)
    expect(found.goldProbability).toBeCloseTo(0.4, 14)
    expect(found.probabilities).toEqual([0.5, 0.25, 0.125, 0.125].map((p) => expect.closeTo(p, 14)))
    // 0.5 ln 0.5 + 0.25 ln 0.25 + 2 * 0.125 ln 0.125 = -(0.5 + 0.5 + 0.75) ln 2 = -1.75 ln 2
    expect(found.certainty).toBeCloseTo(-1.75 * Math.LN2, 14)
  })

  it('is as uncertain as can be, -ln n, where all options are alike', () => {
    expect(mcqaKnowledge('q', logs(0.1, 0.1, 0.1), 2).certainty).toBeCloseTo(-Math.log(3), 14)
  })

  it('takes an impossible option as probability 0', () => {
    const found = mcqaKnowledge('q', Float64Array.of(0, -Infinity), 0)
    expect(found).toMatchObject({ correctness: 1, certainty: 0, goldProbability: 1, probabilities: [1, 0] })
  })

  it('does not underflow for very improbable options', () => {
    // e^-1000 and e^-1001 are 0 in float64; their ratio is 1 : 1/e
    expect(mcqaKnowledge('q', Float64Array.of(-1000, -1001), 0).correctness).toBeCloseTo(1 / (1 + Math.exp(-1)), 14)
  })

  it('refuses what has no answer, naming the question', () => {
    expect(() => mcqaKnowledge('q7', logs(0.5, 0.5), 2)).toThrow(/q7.*number 2.*2 options/)
    expect(() => mcqaKnowledge('q7', Float64Array.of(Number.NaN, -1), 1)).toThrow(/q7/)
    expect(() => mcqaKnowledge('q7', Float64Array.of(-Infinity, -Infinity), 1)).toThrow(/q7/)
  })

  it('has shares that add up to 1 and a certainty in [-ln n, 0], whatever the log-probabilities', () => {
    const logprobs = fc.float64Array({ min: -500, max: 0, noNaN: true, minLength: 2, maxLength: 10 })
    fc.assert(
      fc.property(logprobs, (values) => {
        const { probabilities = [], certainty } = mcqaKnowledge('q', values, 0)
        expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12)
        expect(certainty).toBeLessThanOrEqual(0)
        expect(certainty).toBeGreaterThanOrEqual(-Math.log(values.length) - 1e-12)
      }),
    )
  })

  it('counts 0 ln 0 as 0', () => {
    expect(negativeEntropy([1, 0, 0])).toBe(0)
  })
})
