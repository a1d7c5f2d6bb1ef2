import { describe, expect, it } from 'vitest'
import { drawBinomial, logFactorials } from '../../../src/evaluation/resampling/binomial.js'
import { Rng, splitmix64 } from '../../../src/evaluation/resampling/rng.js'

describe('the random generator', () => {
  it('is xoshiro128**: the first numbers from the state 1, 2, 3, 4', () => {
    const rng = Rng.fromState([1, 2, 3, 4])
    const drawn = Array.from({ length: 10 }, () => rng.uint32())
    expect(drawn).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804])
  })

  it('fills its state with splitmix64: the first numbers from 1234567', () => {
    const next = splitmix64(1234567n)
    expect([next(), next(), next()]).toEqual([6457827717110365317n, 3203168211198807973n, 9817491932198370423n])
  })

  it('is uniform in [0, 1), equal for equal seeds and different for others', () => {
    const draw = (seed: number) => {
      const rng = Rng.seeded(seed)
      return Array.from({ length: 10_000 }, () => rng.uniform())
    }
    const values = draw(3)
    expect(draw(3)).toEqual(values)
    expect(draw(4)).not.toEqual(values)
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...values)).toBeLessThan(1)
    // The standard error of the mean of 10,000 is 0.0029.
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(0.5, 1)
    const low = values.filter((value) => value < 0.1).length
    expect(Math.abs(low - 1000)).toBeLessThan(5 * Math.sqrt(10_000 * 0.1 * 0.9))
  })
})

describe('a binomial draw', () => {
  const table = logFactorials(20_000)

  it.each([
    [5, 0.3],
    [40, 0.02],
    [200, 0.5],
    [14_000, 0.001],
    [14_000, 0.7],
    [14_000, 0.999],
  ])('of n = %i, p = %f has the mean and variance of the binomial', (n, p) => {
    const rng = Rng.seeded(7)
    const draws = 20_000
    const values = Array.from({ length: draws }, () => drawBinomial(n, p, rng, table))
    const mean = values.reduce((sum, value) => sum + value, 0) / draws
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws
    const expected = n * p * (1 - p)
    expect(Math.abs(mean - n * p)).toBeLessThan(5 * Math.sqrt(expected / draws))
    expect(variance / expected).toBeGreaterThan(0.94)
    expect(variance / expected).toBeLessThan(1.06)
    expect(values.every((value) => Number.isInteger(value) && value >= 0 && value <= n)).toBe(true)
  })

  it('has the probabilities of a small case: n = 2, p = 1/2 is 0, 1, 2 with 1/4, 1/2, 1/4', () => {
    const rng = Rng.seeded(1)
    const counts = [0, 0, 0]
    for (let i = 0; i < 40_000; i++) counts[drawBinomial(2, 0.5, rng, table)]! += 1
    for (const [k, share] of [0.25, 0.5, 0.25].entries()) {
      expect(Math.abs((counts[k] as number) - 40_000 * share)).toBeLessThan(5 * Math.sqrt(40_000 * share * (1 - share)))
    }
  })

  it('is certain at the ends', () => {
    const rng = Rng.seeded(1)
    expect(drawBinomial(10, 0, rng, table)).toBe(0)
    expect(drawBinomial(10, 1, rng, table)).toBe(10)
    expect(drawBinomial(0, 0.5, rng, table)).toBe(0)
  })
})
