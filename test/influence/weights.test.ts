import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Influenced, refusalWeights } from '../../src/influence/weights.js'

const item = (refusalInfluence: number | null, overRefusalInfluence: number | null): Influenced => ({
  id: 'q',
  refusalInfluence,
  overRefusalInfluence,
})
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

describe('the weights of refusals', () => {
  it('are a softmax of I_ref - I_over, scaled to the mean', () => {
    // differences 0.1 ln 3 and 0 at T 0.1: softmax (3/4, 1/4); times n * mean = 2 * 0.5 = 1
    const weights = refusalWeights([item(0.1 * Math.log(3) + 0.2, 0.2), item(0.5, 0.5)], { kind: 'purpose', temperature: 0.1, mean: 0.5 })
    expect(weights[0]).toBeCloseTo(0.75, 12)
    expect(weights[1]).toBeCloseTo(0.25, 12)
  })

  it('fall as over-refusal influence rises by purpose, and rise with it as published', () => {
    const items = [item(0.5, 0.1), item(0.5, 0.2), item(0.5, 0.3)]
    const purpose = refusalWeights(items, { kind: 'purpose', temperature: 0.05, mean: 0.5 })
    const published = refusalWeights(items, { kind: 'published', temperature: 0.05, mean: 0.5 })
    expect([...purpose].sort((a, b) => b - a)).toEqual(purpose)
    expect([...published].sort((a, b) => a - b)).toEqual(published)
    // The same three shares, the other way round.
    expect([...published].reverse()).toEqual(purpose.map((weight) => expect.closeTo(weight, 12)))
  })

  it('are all 1 when uniform, and need no influence then', () => {
    expect(refusalWeights([item(null, null), item(0.9, 0.1)], { kind: 'uniform', temperature: 0.05, mean: 0.5 })).toEqual([1, 1])
  })

  it('have the mean asked for and stay finite, however extreme the influences and the temperature', () => {
    const influence = fc.double({ min: -1e3, max: 1e3, noNaN: true })
    const items = fc.array(fc.tuple(influence, influence), { minLength: 1, maxLength: 50 })
    fc.assert(
      fc.property(items, fc.double({ min: 1e-6, max: 10, noNaN: true }), (pairs, temperature) => {
        const weights = refusalWeights(
          pairs.map(([ref, over]) => item(ref, over)),
          { kind: 'purpose', temperature, mean: 0.5 },
        )
        expect(weights.every((weight) => Number.isFinite(weight) && weight >= 0)).toBe(true)
        expect(sum(weights) / weights.length).toBeCloseTo(0.5, 10)
      }),
    )
  })

  it('refuse a question without influence', () => {
    expect(() => refusalWeights([item(0.5, null)], { kind: 'purpose', temperature: 0.05, mean: 0.5 })).toThrow(
      /question q has no influence/,
    )
  })

  it('are none for none', () => {
    expect(refusalWeights([], { kind: 'purpose', temperature: 0.05, mean: 0.5 })).toEqual([])
  })
})

describe('weights that cannot be trusted', () => {
  const item = (refusalInfluence: number) => ({ id: 'q', refusalInfluence, overRefusalInfluence: 0 })
  it('are refused where an influence is not a number, naming the question', () => {
    expect(() => refusalWeights([item(Number.NaN)], { kind: 'purpose', temperature: 1, mean: 1 })).toThrow(
      /question q has an influence that is not a finite/,
    )
  })

  it.each(['temperature', 'mean'] as const)('are refused where the %s is 0 or not a number', (name) => {
    for (const value of [0, -1, Number.NaN]) {
      expect(() => refusalWeights([item(1)], { kind: 'purpose', temperature: 1, mean: 1, [name]: value })).toThrow(
        `weighting.${name} is ${value}`,
      )
    }
  })
})
