import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../../src/evaluation/measures/outcome.js'
import { holm, twoLevelDifference } from '../../../studies/pieces/two-level.js'

const repeated = (pattern: readonly Outcome[], times: number): Outcome[] => Array.from({ length: times }, () => pattern).flat()
const initial = repeated(['correct', 'wrong', 'wrong', 'wrong'], 50)

describe('a two-level bootstrap', () => {
  it('of methods that answer alike finds no difference, and of one that refuses every wrong answer the initial accuracy', () => {
    const perfect = repeated(['correct', 'refused', 'refused', 'refused'], 50)
    expect(twoLevelDifference([initial], [initial], initial)).toMatchObject({ difference: 0, interval: [0, 0], p: 1 })
    const { difference, p } = twoLevelDifference([perfect, perfect], [initial], initial)
    expect(difference).toBeCloseTo(25, 9)
    expect(p).toBeCloseTo(2 / 2001, 9)
  })

  it('is wider than one over questions alone where seeds differ', () => {
    // One seed refuses everything, the other refuses what is wrong: THS 0 and 25.
    const all = repeated(['refused'], 200)
    const perfect = repeated(['correct', 'refused', 'refused', 'refused'], 50)
    const { interval } = twoLevelDifference([all, perfect], [initial, initial], initial)
    // A quarter of the resamples have the worse seed twice, a quarter the better one.
    expect(interval?.[0]).toBeCloseTo(0, 9)
    expect(interval?.[1]).toBeGreaterThan(20)
  })
})

it('Holm multiplies the least p by their number, the next by one less, and never lets a later one be less than an earlier', () => {
  // The example of Holm 1979 in most textbooks: 0.01, 0.04, 0.03, 0.005.
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02])
  expect(holm([0.9, 0.8])).toEqual([1, 1])
})
