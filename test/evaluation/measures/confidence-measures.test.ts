import { describe, expect, it } from 'vitest'
import { answerConfidence } from '../../../src/evaluation/confidence/answer-confidence.js'
import {
  auroc,
  averagePrecision,
  confidenceMeasures,
  expectedCalibrationError,
  refusalAuroc,
} from '../../../src/evaluation/measures/confidence-measures.js'
import type { Outcome } from '../../../src/evaluation/measures/outcome.js'
import { Rng } from '../../../src/evaluation/resampling/rng.js'

const scored = (rights: string, ...confidences: number[]) =>
  [...rights].map((letter, index) => ({ right: letter === 'c', confidence: confidences[index] as number }))

describe('AUROC', () => {
  it('counts pairs of a right and a wrong answer: a case by hand, with a tie', () => {
    // right 0.9 and 0.4; wrong 0.6, 0.4, 0.1. Of 6 pairs 0.9 wins 3; 0.4 loses to 0.6, ties with 0.4, wins over 0.1: 4.5 of 6.
    expect(auroc(scored('cwcww', 0.9, 0.6, 0.4, 0.4, 0.1))).toBe(75)
  })

  it('is the definition over all pairs, for answers at random', () => {
    const rng = Rng.seeded(4)
    const answers = Array.from({ length: 60 }, () => ({ right: rng.uniform() < 0.4, confidence: Math.floor(rng.uniform() * 9) }))
    const pairs = answers
      .filter(({ right }) => right)
      .flatMap((a) => answers.filter((b) => !b.right).map((b) => a.confidence - b.confidence))
    const wins = pairs.reduce((sum, gap) => sum + (gap > 0 ? 1 : gap === 0 ? 0.5 : 0), 0)
    expect(auroc(answers)).toBeCloseTo((100 * wins) / pairs.length, 9)
  })

  it('is 50 where all are alike, and null where there is nothing to order', () => {
    expect(auroc(scored('cwcw', 1, 1, 1, 1))).toBe(50)
    expect(auroc(scored('cc', 1, 2))).toBeNull()
    expect(auroc(scored('ww', 1, 2))).toBeNull()
  })
})

describe('average precision', () => {
  it('is the mean precision at the right answers: a case by hand', () => {
    // c w c w c: precisions 1, 2/3, 3/5 at recall steps of 1/3.
    expect(averagePrecision(scored('cwcwc', 5, 4, 3, 2, 1))).toBeCloseTo((100 * (1 + 2 / 3 + 3 / 5)) / 3, 9)
  })

  it('takes answers of one confidence as one step, and then is the share of right ones', () => {
    expect(averagePrecision(scored('wccw', 1, 1, 1, 1))).toBe(50)
    // first the group {c, w}: recall 1/2 at precision 1/2; then c: recall 1/2 more at precision 2/3.
    expect(averagePrecision(scored('cwc', 2, 2, 1))).toBeCloseTo(100 * (0.5 * 0.5 + 0.5 * (2 / 3)), 9)
    expect(averagePrecision(scored('ww', 2, 1))).toBeNull()
  })
})

describe('expected calibration error', () => {
  const given = (rights: string, ...probabilities: number[]) =>
    [...rights].map((letter, index) => ({ right: letter === 'c', probability: probabilities[index] as number }))

  it('weighs the gap of each bin by its answers: a case by hand', () => {
    // bin [0.9, 1]: 0.95 and 1, one right: |1 - 1.95| = 0.95; bin [0.2, 0.3): 0.25 right: 0.75; sum 1.7 of 3 answers.
    expect(expectedCalibrationError(given('cwc', 0.95, 1, 0.25))).toBeCloseTo((100 * 1.7) / 3, 9)
  })

  it('puts a border into the bin that it begins', () => {
    // 0.1 and 0.19 share a bin: |1 - 0.29|; were 0.1 in the bin below, it would be |1 - 0.1| + |0 - 0.19|.
    expect(expectedCalibrationError(given('cw', 0.1, 0.19))).toBeCloseTo((100 * 0.71) / 2, 9)
  })

  it('needs probabilities', () => {
    expect(expectedCalibrationError(given('c', 1.5))).toBeNull()
    expect(confidenceMeasures([{ outcome: 'correct', confidence: 7 }])?.ece).toBeNull()
    expect(confidenceMeasures([{ outcome: 'correct', confidence: 7, probability: 0.9 }])?.ece).toBeCloseTo(10, 9)
  })
})

describe('confidence of the answers of a run', () => {
  it('leaves refusals out, counts unparseable answers as wrong, and needs a confidence of every answer', () => {
    const outcomes: Outcome[] = ['correct', 'refused', 'unparseable', 'wrong']
    const answers = outcomes.map((outcome, index) => ({ outcome, confidence: [0.9, undefined, 0.8, 0.1][index] }))
    expect(confidenceMeasures(answers)).toMatchObject({ auroc: 100, averagePrecision: 100 })
    expect(confidenceMeasures([...answers, { outcome: 'correct' }])).toBeNull()
  })

  it('is p(answer) against p(refusal), as log-odds and as a probability', () => {
    const { confidence, probability } = answerConfidence({ answer: { logprob: Math.log(0.3) }, refusal: { logprob: Math.log(0.1) } })
    expect(confidence).toBeCloseTo(Math.log(3), 12)
    expect(probability).toBeCloseTo(0.75, 12)
  })

  it('is the most likely letter against the other letters and the refusal', () => {
    const asked = { answer: { logprob: -9 }, refusal: { logprob: Math.log(0.1) }, options: [0.1, 0.5, 0.1] }
    expect(answerConfidence(asked).probability).toBeCloseTo(0.5 / 0.8, 12)
  })

  it('stays finite and below every other where nothing was answered', () => {
    const none = answerConfidence({ answer: null, refusal: null })
    expect(none.probability).toBe(0)
    expect(none.confidence).toBeLessThan(answerConfidence({ answer: { logprob: -5000 }, refusal: null }).confidence)
    expect(Number.isFinite(answerConfidence({ answer: { logprob: 0 }, refusal: null }).confidence)).toBe(true)
  })
})

it('AUROC of refusing asks whether what the initial model answers right is refused less gladly', () => {
  expect(refusalAuroc([-9, -1, -2, -3], ['correct', 'wrong', 'refused', 'correct'])).toBe(100)
  expect(refusalAuroc([-1, -1], ['correct', 'wrong'])).toBe(50)
  expect(refusalAuroc([-1, undefined], ['correct', 'wrong'])).toBeNull()
})
