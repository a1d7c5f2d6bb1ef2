import { describe, expect, it } from 'vitest'
import { optionConfidence, sampleAgreement } from '../../../src/evaluation/confidence/given-confidence.js'
import type { Outcome } from '../../../src/evaluation/measures/outcome.js'
import { refusalMeasures } from '../../../src/evaluation/measures/refusal-measures.js'
import { type ConfidentAnswer, riskCoverage, thinned } from '../../../src/evaluation/measures/risk-coverage.js'
import { compareCounts } from '../../../src/evaluation/resampling/compare-counts.js'

const LETTER: Record<string, Outcome> = { c: 'correct', w: 'wrong', r: 'refused', u: 'unparseable' }
const outcomes = (text: string) => [...text].map((letter) => LETTER[letter] as Outcome)

describe('refusing the right questions', () => {
  it('is measured against what the initial model did: a case by hand', () => {
    // right before: 4, of them 1 refused; wrong before: 5 (one unparseable), of them 2 wrong or unparseable now;
    // refused now: 4, of them 3 not right before; not right before: 6 (one refused), of them 3 refused now.
    const before = outcomes('ccccwwwwur')
    const now = outcomes('ccwrrrwcur')
    expect(refusalMeasures(before, now)).toEqual({
      overRefusal: 25,
      hallucinationLeft: 40,
      refusalPrecision: 75,
      refusalRecall: 50,
    })
  })

  it('is perfect where exactly what was wrong is refused', () => {
    expect(refusalMeasures(outcomes('ccww'), outcomes('ccrr'))).toEqual({
      overRefusal: 0,
      hallucinationLeft: 0,
      refusalPrecision: 100,
      refusalRecall: 100,
    })
  })

  it('is null where nothing is to divide by', () => {
    expect(refusalMeasures(outcomes('cc'), outcomes('cc'))).toEqual({
      overRefusal: 0,
      hallucinationLeft: null,
      refusalPrecision: null,
      refusalRecall: null,
    })
    expect(() => refusalMeasures(outcomes('c'), [])).toThrow(expect.objectContaining({ code: 'data_invalid' }))
  })
})

describe('the risk-coverage curve', () => {
  const answers = (text: string, ...confidences: number[]): ConfidentAnswer[] =>
    outcomes(text).map((outcome, index) => ({ outcome, confidence: confidences[index] as number }))

  it('is the share of wrong answers among the surest: a case by hand', () => {
    // surest first: c, w, c, w: risks 0, 1/2, 1/3, 2/4; their mean is 4/12
    const curve = riskCoverage(answers('wccw', 0.1, 0.9, 0.5, 0.7))
    expect(curve?.points).toEqual([
      { coverage: 25, risk: 0 },
      { coverage: 50, risk: 50 },
      { coverage: 75, risk: expect.closeTo(100 / 3, 10) },
      { coverage: 100, risk: 50 },
    ])
    expect(curve?.area).toBeCloseTo((100 * (0 + 1 / 2 + 1 / 3 + 2 / 4)) / 4, 10)
  })

  it('covers only what is answered; unparseable answers are wrong', () => {
    expect(riskCoverage(answers('crur', 0.9, 0.8, 0.7, 0.6))).toMatchObject({ coverage: 50, risk: 50, area: 25 })
  })

  it('does not depend on the order of equally sure answers', () => {
    const area = riskCoverage(answers('cwcw', 1, 1, 1, 1))?.area
    expect(riskCoverage(answers('wwcc', 1, 1, 1, 1))?.area).toBe(area)
    // Half of any number of them is wrong, as expected of a random order.
    expect(area).toBeCloseTo(50, 10)
  })

  it('has the least area where every right answer is surer than every wrong one', () => {
    const best = riskCoverage(answers('ccww', 4, 3, 2, 1))?.area as number
    const worst = riskCoverage(answers('ccww', 1, 2, 3, 4))?.area as number
    expect(best).toBeCloseTo((100 * (0 + 0 + 1 / 3 + 2 / 4)) / 4, 10)
    expect(worst).toBeGreaterThan(best)
  })

  it('is not there where an answer has no confidence, or nothing is answered', () => {
    expect(riskCoverage([{ outcome: 'correct', confidence: 1 }, { outcome: 'wrong' }])).toBeNull()
    expect(riskCoverage(answers('rr', 1, 1))).toBeNull()
    expect(riskCoverage([{ outcome: 'refused' }, { outcome: 'correct', confidence: 1 }])).not.toBeNull()
  })

  it('keeps its end where it is thinned', () => {
    expect(thinned([1, 2, 3, 4, 5, 6, 7], 3)).toEqual([1, 4, 7])
    expect(thinned([1, 2], 100)).toEqual([1, 2])
  })
})

describe('confidence', () => {
  it('of multiple choice is the likeliest option’s share of all options', () => {
    expect(optionConfidence([0.1, 0.3, 0.1, 0])).toBeCloseTo(0.6, 10)
    expect(optionConfidence([0, 0])).toBe(0)
  })

  it('of an open-ended answer is the share of samples that say the same', () => {
    expect(sampleAgreement('The Beatles', ['beatles', 'Beatles.', 'The Rolling Stones', 'THE BEATLES'])).toBe(0.75)
    expect(sampleAgreement('x', [])).toBe(0)
  })
})

describe('two methods of which only counts are known', () => {
  const initial = { correct: 668, wrong: 331, refused: 1, unparseable: 0 }
  const a = { correct: 639, wrong: 216, refused: 145, unparseable: 0 }
  const b = { correct: 500, wrong: 200, refused: 284, unparseable: 16 }

  it('differ by the difference of their THS, within an interval around it', async () => {
    // 63.9 - 21.6 * 66.8/33.1 = 20.308; 50 - 21.6 * 66.8/33.1 = 6.408
    const found = await compareCounts(a, b, initial)
    expect(found?.difference).toBeCloseTo(13.9, 10)
    expect(found?.interval?.[0]).toBeGreaterThan(0)
    expect(found?.p).toBeLessThan(0.05)
  })

  it('the same way round as turned round, and not at all where Init-Basic is never wrong', async () => {
    expect((await compareCounts(b, a, initial))?.difference).toBeCloseTo(-13.9, 10)
    expect(await compareCounts(a, b, { ...initial, wrong: 0 })).toBeNull()
  })

  it('are known less surely than from answers to the same questions', async () => {
    const width = (interval: [number, number] | null | undefined) => (interval?.[1] ?? 0) - (interval?.[0] ?? 0)
    const found = await compareCounts(a, a, initial)
    expect(found?.difference).toBe(0)
    expect(width(found?.interval)).toBeGreaterThan(5)
    expect(found?.p).toBeGreaterThan(0.9)
  })
})
