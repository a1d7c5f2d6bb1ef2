import { describe, expect, it } from 'vitest'
import { linearSpace } from '../../../src/evaluation/probe/linear-space.js'
import { fitLogistic, preconditioner } from '../../../src/evaluation/probe/logistic-regression.js'
import { Rng } from '../../../src/evaluation/resampling/rng.js'

function fit(x: readonly (readonly number[])[], labels: readonly number[], penalty: number, fitted = labels.map(() => 1)) {
  const d = x[0]?.length ?? 0
  const space = linearSpace(Float64Array.from(x.flat()), x.length, d)
  const rows = { labels: Uint8Array.from(labels), fitted: Uint8Array.from(fitted) }
  const found = fitLogistic(space, rows, penalty, preconditioner(space, 0.5, penalty))
  return { weights: Array.from(space.weights(found.w)), intercept: found.intercept, logOdds: Array.from(found.logOdds) }
}

/** Largest derivative of the mean loss plus penalty / 2 |w|^2, straight from its definition. */
function largestDerivative(x: readonly (readonly number[])[], labels: readonly number[], penalty: number, w: number[], b: number): number {
  const odds = x.map((row) => row.reduce((sum, value, k) => sum + value * (w[k] as number), b))
  const residuals = odds.map((value, row) => (1 / (1 + Math.exp(-value)) - (labels[row] as number)) / x.length)
  const ofWeights = w.map((weight, k) => penalty * weight + residuals.reduce((sum, r, row) => sum + r * (x[row]?.[k] as number), 0))
  return Math.max(...[...ofWeights, residuals.reduce((sum, r) => sum + r, 0)].map(Math.abs))
}

function drawn(n: number, d: number, seed: number): { x: number[][]; labels: number[] } {
  const rng = Rng.seeded(seed)
  const x = Array.from({ length: n }, () => Array.from({ length: d }, () => 2 * rng.uniform() - 1))
  return { x, labels: x.map((row) => Number((row[0] as number) + rng.uniform() > 0.9)) }
}

describe('logistic regression', () => {
  // Two rows at +1 and -1: b = 0 by symmetry, and the derivative -1 / (1 + e^w) + penalty w vanishes at w = log 3 for penalty 1 / (4 log 3).
  const penalty = 1 / (4 * Math.log(3))

  it('finds the optimum that is worked by hand, by its weights', () => {
    const { weights, intercept } = fit([[1], [-1]], [1, 0], penalty)
    expect(weights[0]).toBeCloseTo(Math.log(3), 9)
    expect(intercept).toBeCloseTo(0, 9)
  })

  it('finds it with more features than rows, too', () => {
    const { weights, intercept } = fit(
      [
        [0.6, 0, 0.8],
        [-0.6, 0, -0.8],
      ],
      [1, 0],
      penalty,
    )
    for (const [k, share] of [0.6, 0, 0.8].entries()) expect(weights[k]).toBeCloseTo(share * Math.log(3), 9)
    expect(intercept).toBeCloseTo(0, 9)
  })

  it('does not penalise the intercept: without features, it is the log-odds of the labels', () => {
    const { intercept } = fit([[0], [0], [0], [0]], [1, 1, 1, 0], 10)
    expect(intercept).toBeCloseTo(Math.log(3), 9)
  })

  it.each([
    ['more rows than features', 200, 5, 1e-3],
    ['more features than rows', 30, 80, 1e-2],
    ['rows that a plane divides, and hardly a penalty', 20, 60, 1e-6],
    ['as many of both', 12, 12, 1e-4],
  ])('has no derivative left at its solution: %s', (_, n, d, penalty) => {
    const { x, labels } = drawn(n, d, 3)
    const { weights, intercept, logOdds } = fit(x, labels, penalty)
    expect(largestDerivative(x, labels, penalty, weights, intercept)).toBeLessThan(1e-8)
    for (const [row, features] of x.entries()) {
      expect(logOdds[row]).toBeCloseTo(
        features.reduce((sum, value, k) => sum + value * (weights[k] as number), intercept),
        7,
      )
    }
  })

  it('has the same solution by weights and in the span of the rows', () => {
    const { x, labels } = drawn(25, 24, 5)
    const byWeights = fit(x, labels, 1e-3)
    const inSpan = fit(
      x.map((row) => [...row, 0, 0]),
      labels,
      1e-3,
    )
    for (const [k, weight] of byWeights.weights.entries()) expect(inSpan.weights[k]).toBeCloseTo(weight, 6)
    expect(inSpan.intercept).toBeCloseTo(byWeights.intercept, 6)
  })

  it.each([2, 60])('does not see the labels of rows that are held out, with %i features', (d) => {
    const { x, labels } = drawn(30, d, 7)
    const fitted = labels.map((_, row) => Number(row % 3 !== 0))
    const kept = fitted.flatMap((used, row) => (used ? [row] : []))
    const whole = fit(x, labels, 1e-2, fitted)
    const alone = fit(
      kept.map((row) => x[row] as number[]),
      kept.map((row) => labels[row] as number),
      1e-2,
    )
    for (const [k, weight] of alone.weights.entries()) expect(whole.weights[k]).toBeCloseTo(weight, 7)
    expect(whole.intercept).toBeCloseTo(alone.intercept, 7)
  })

  it('gives a constant where all labels are alike', () => {
    expect(fit([[1], [2], [3]], [1, 1, 1], 1e-3).logOdds).toEqual([1, 1, 1].map(() => Math.log(3.5 / 0.5)))
  })
})
