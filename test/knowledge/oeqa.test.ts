import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meanPairCosine, mostFrequent, oeqaKnowledge } from '../../src/knowledge/oeqa.js'

const x = Float32Array.of(1, 0)
const y = Float32Array.of(0, 1)

describe('knowledge of an open-ended question', () => {
  it('is the share of right samples, and the mean cosine over pairs of different samples', () => {
    // pairs: xx 1, xy 0, xy 0 -> (1 + 0 + 0) / 3; by the formula: sum = (2, 1), |sum|^2 = 5, (5 - 3) / (3 * 2) = 1/3
    const found = oeqaKnowledge('q', ['Paris', 'Paris', 'Rome'], [true, true, false], [x, x, y])
    expect(found.correctness).toBeCloseTo(2 / 3, 15)
    expect(found.certainty).toBeCloseTo(1 / 3, 12)
    expect(found.bestRightSample).toBe('Paris')
    expect(found.samples).toEqual(['Paris', 'Paris', 'Rome'])
  })

  it('is exactly 1 certain where all samples are equal, whatever their direction', () => {
    for (const n of [2, 3, 10]) {
      const row = Float32Array.of(0.1, -0.7, 0.333)
      expect(meanPairCosine(new Array<Float32Array>(n).fill(row))).toBe(1)
    }
  })

  it('is -1 certain for two opposite samples, and 1 for a single one', () => {
    expect(meanPairCosine([x, Float32Array.of(-1, 0)])).toBe(-1)
    expect(meanPairCosine([y])).toBe(1)
  })

  it('agrees with the pairwise definition', () => {
    const row = fc
      .float32Array({ min: -1, max: 1, noNaN: true, minLength: 4, maxLength: 4 })
      .filter((v) => v.some((c) => Math.abs(c) > 0.01))
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 8 }), (rows) => {
        const cosine = (a: Float32Array, b: Float32Array) => {
          const dot = (u: Float32Array, v: Float32Array) => u.reduce((sum, value, i) => sum + value * (v[i] as number), 0)
          return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
        }
        let sum = 0
        let pairs = 0
        for (const [i, a] of rows.entries()) for (const b of rows.slice(i + 1)) [sum, pairs] = [sum + cosine(a, b), pairs + 1]
        expect(meanPairCosine(rows)).toBeCloseTo(sum / pairs, 10)
      }),
    )
  })

  it('takes the most frequent right sample, of equally frequent ones the first drawn', () => {
    expect(mostFrequent(['b', 'a', 'a', 'b', 'c'])).toBe('b')
    const found = oeqaKnowledge('q', ['Rom', 'Roma', 'Rome', 'Rome'], [false, true, true, true], [x, x, x, x])
    expect(found.bestRightSample).toBe('Rome')
  })

  it('has no best right sample where none is right', () => {
    expect(oeqaKnowledge('q', ['Rome'], [false], [x]).bestRightSample).toBeUndefined()
  })

  it('refuses counts that do not match', () => {
    expect(() => oeqaKnowledge('q9', [], [], [])).toThrow(/q9/)
    expect(() => oeqaKnowledge('q9', ['a', 'b'], [true], [x, y])).toThrow(/q9.*2 samples, 1 judgements/)
  })
})
