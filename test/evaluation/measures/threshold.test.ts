import { describe, expect, it } from 'vitest'
import { countOutcomes, measuresOf } from '../../../src/evaluation/measures/measures.js'
import type { Outcome } from '../../../src/evaluation/measures/outcome.js'
import { refusedBelow, thresholdForThs } from '../../../src/evaluation/measures/threshold.js'
import { truthfulHelpfulness } from '../../../src/evaluation/measures/ths.js'
import { Rng } from '../../../src/evaluation/resampling/rng.js'
import { compareWithThreshold } from '../../../src/evaluation/resampling/threshold-comparison.js'
import { buildResults } from '../../../src/evaluation/results.js'

const LETTER: Record<string, Outcome> = { c: 'correct', w: 'wrong', r: 'refused', u: 'unparseable' }
const outcomes = (text: string) => [...text].map((letter) => LETTER[letter] as Outcome)
const answers = (text: string, ...confidences: number[]) =>
  outcomes(text).map((outcome, index) => ({ id: `q${index}`, outcome, confidence: confidences[index] as number }))

describe('the threshold for THS', () => {
  it('refuses what is worth less than nothing: a case by hand', () => {
    // A wrong answer costs 1: c +1, c +2, w +1, c +2, w +1, w 0. Refusing least of the best: the two last ones, at 2 and below.
    expect(thresholdForThs(answers('ccwcww', 6, 5, 4, 3, 2, 1), { pc: 50, pw: 50 })).toBe(2)
    // At a cost of 1/9 even the last right answer pays for both wrong ones before it.
    expect(thresholdForThs(answers('ccwwc', 5, 4, 3, 2, 1), { pc: 10, pw: 90 })).toBeNull()
    // A wrong answer that costs 4: only the two first ones pay.
    expect(thresholdForThs(answers('ccwcww', 6, 5, 4, 3, 2, 1), { pc: 80, pw: 20 })).toBe(4)
  })

  it('never parts answers of one confidence, and refuses all where none pays', () => {
    expect(thresholdForThs(answers('cwww', 2, 2, 2, 1), { pc: 50, pw: 50 })).toBe(2)
    expect(refusedBelow(answers('cwww', 2, 2, 2, 1), 2)).toEqual(outcomes('rrrr'))
  })

  it('is the best of all thresholds on answers at random', () => {
    const rng = Rng.seeded(7)
    const many = Array.from({ length: 80 }, () => {
      const confidence = Math.floor(rng.uniform() * 20)
      return { outcome: LETTER[rng.uniform() * 20 < confidence ? 'c' : rng.uniform() < 0.1 ? 'r' : 'w'] as Outcome, confidence }
    })
    const initial = { pc: 30, pw: 70 }
    const ths = (threshold: number | null) =>
      truthfulHelpfulness(initial, measuresOf(countOutcomes(refusedBelow(many, threshold)))) as number
    const chosen = ths(thresholdForThs(many, initial))
    for (let threshold = -1; threshold <= 20; threshold++) expect(chosen).toBeGreaterThanOrEqual(ths(threshold) - 1e-9)
  })

  it('is set on validation and used on the test, and stands in the row', async () => {
    const initial = { method: 'init-basic', seed: 0, dataset: 'd', answers: answers('cwcw', 9, 8, 7, 6) }
    const validation = answers('ccww', 9, 8, 7, 6)
    const { rows } = await buildResults([{ ...initial, validation }], { resamples: 100 })
    // Validation says 7: the first two stay, THS 25 - 25 * 50 / 50.
    expect(rows[0]?.atThreshold).toMatchObject({ threshold: 7, pc: 25, pw: 25, pr: 50, ths: 0 })
    expect((await buildResults([initial], { resamples: 100 })).rows[0]?.atThreshold).toBeUndefined()
  })
})

describe('a method against a threshold on the initial model', () => {
  const initial = answers('ccwcwwww', 8, 7, 6, 5, 4, 3, 2, 1)

  it('answers as much as the method does, and is worth what stays: a case by hand', async () => {
    // The method answers 3, all right: 3. The threshold's first 3 are c c w: 2 - 1 * 3/5 = 1.4. 1.6 of 8 questions.
    const found = await compareWithThreshold([outcomes('ccrcrrrr')], initial, { resamples: 200 })
    expect(found?.difference).toBeCloseTo((100 * 1.6) / 8, 9)
    expect(found?.coverage).toBe(37.5)
  })

  it('is no better than itself, at any coverage, in every resample', async () => {
    const found = await compareWithThreshold([refusedBelow(initial, 5), outcomes('ccwcwwww')], initial, { resamples: 300 })
    expect(found?.difference).toBeCloseTo(0, 12)
    expect(found?.interval?.map((bound) => Math.round(bound * 1e9) + 0)).toEqual([0, 0])
  })

  it('expects the mean of answers of one confidence', async () => {
    // All alike: 4 of 8 answers are expected to hold 1.5 right and 2.5 wrong.
    const alike = initial.map((answer) => ({ ...answer, confidence: 1 }))
    const found = await compareWithThreshold([outcomes('crwrwrwr')], alike, { resamples: 100 })
    expect(found?.difference).toBeCloseTo((100 * (1 - 1.5 - (3 / 5) * (3 - 2.5))) / 8, 9)
  })

  it('has an interval of its own over questions, and needs confidences and a wrong answer', async () => {
    const many = Array.from({ length: 30 }, () => initial).flat()
    const method = [Array.from({ length: 30 }, () => outcomes('ccrcrrrr')).flat()]
    const found = await compareWithThreshold(method, many, { resamples: 400 })
    expect(found?.interval?.[0]).toBeGreaterThan(0)
    expect(found?.interval?.[0]).toBeLessThan(20)
    expect(found?.interval?.[1]).toBeGreaterThan(20)
    expect(found?.p).toBeLessThan(0.01)
    expect(await compareWithThreshold([outcomes('cc')], answers('cc', 1, 2))).toBeNull()
    expect(await compareWithThreshold([outcomes('cr')], [{ outcome: 'correct', confidence: 1 }, { outcome: 'wrong' }])).toBeNull()
  })

  it('stands in the results of every method that is not Init-Basic', async () => {
    const sets = [
      { method: 'init-basic', seed: 1, dataset: 'd', answers: initial },
      { method: 'grait', seed: 1, dataset: 'd', answers: answers('ccrcrrrr', 8, 7, 6, 5, 4, 3, 2, 1).reverse() },
    ]
    const { thresholdComparisons, rows } = await buildResults(sets, { resamples: 100 })
    expect(thresholdComparisons).toMatchObject([{ method: 'grait', dataset: 'd', coverage: 37.5, difference: 20 }])
    expect(rows[1]?.confidence).toMatchObject({ auroc: null, averagePrecision: 100, aurc: 0, refusalAuroc: null })
  })
})
