import { describe, expect, it } from 'vitest'
import { affordableQuestions, linearProbe } from '../../../src/evaluation/probe/probe.js'
import { Rng } from '../../../src/evaluation/resampling/rng.js'

/** Rows of noise, of which a third of the features, far from 0 and of their own scale, tell how likely the answer is right. */
function questions(n: number, dim: number, seed: number) {
  const rng = Rng.seeded(seed)
  const rows = Float32Array.from({ length: n * dim }, () => rng.uniform() - 0.5)
  for (let row = 0; row < n; row++) {
    const signal = rows[row * dim + 1] as number
    for (let k = 1; k < dim; k += 3) rows[row * dim + k] = 1000 + 200 * (signal + (k === 1 ? 0 : (rows[row * dim + k] as number)))
  }
  const known = Array.from({ length: n }, (_, row) => (rows[row * dim + 1] as number) + 100 * (rng.uniform() - 0.5) > 1000)
  return { features: { rows, dim }, known, keys: known.map((_, row) => `q${row}`) }
}

function shareRight(scores: readonly number[], known: readonly boolean[]): number {
  return scores.filter((score, row) => score > 0 === known[row]).length / scores.length
}

describe('a linear probe', () => {
  it.each([6, 150])('tells known questions from unknown ones that it did not learn from, by %i features', (dim) => {
    const [learnt, other] = [questions(120, dim, 1), questions(200, dim, 2)]
    const { own, asked } = linearProbe({ ...learnt, asked: [other.features] })
    expect(shareRight(own, learnt.known)).toBeGreaterThan(0.7)
    expect(shareRight(asked[0] as number[], other.known)).toBeGreaterThan(0.7)
  })

  it('scores a question that it learnt from by a probe that did not see its label', () => {
    const learnt = questions(60, 100, 3)
    const random = learnt.known.map((_, row) => row % 2 === 0)
    const { own } = linearProbe({ ...learnt, known: random, asked: [] })
    expect(shareRight(own, random)).toBeLessThan(0.7)
    const turned = random.map((known, row) => (row === 5 ? !known : known))
    const fixed = linearProbe({ ...learnt, known: turned, asked: [] })
    if (fixed.penalty === linearProbe({ ...learnt, known: random, asked: [] }).penalty)
      expect(fixed.own[5]).toBeCloseTo(own[5] as number, 6)
  })

  it('holds out all questions of a key together', () => {
    // Four copies of each question: one that is held out alone would be recognised by its copies.
    const one = questions(30, 50, 4)
    const labels = one.known.map((_, row) => row % 2 === 0)
    const rows = Float32Array.from([0, 1, 2, 3].flatMap(() => Array.from(one.features.rows)))
    const known = [0, 1, 2, 3].flatMap(() => labels)
    const right = (keys: string[]) => shareRight(linearProbe({ features: { rows, dim: 50 }, known, keys, asked: [] }).own, known)
    expect(right(known.map((_, row) => `q${row}`))).toBeGreaterThan(0.9)
    expect(right([0, 1, 2, 3].flatMap(() => one.keys))).toBeLessThan(0.75)
  })

  it('gives the same numbers again, and leaves constant features aside', () => {
    const learnt = questions(40, 8, 5)
    for (let row = 0; row < 40; row++) learnt.features.rows[row * 8 + 3] = 0.1
    const first = linearProbe({ ...learnt, asked: [learnt.features] })
    expect(linearProbe({ ...learnt, asked: [learnt.features] })).toEqual(first)
    expect(first.asked[0]?.every(Number.isFinite)).toBe(true)
  })

  it('learns from as many questions as can be paid for', () => {
    expect(affordableQuestions(1280)).toBe(10_000)
    expect(affordableQuestions(8192)).toBeLessThan(8192)
  })
})
