import { describe, expect, it } from 'vitest'
import type { Knowledge } from '../../src/knowledge/knowledge.js'
import { rehearsalSet } from '../../src/knowledge/rehearsal-set.js'

const open = (id: string, correctness: number, certainty: number): Knowledge => ({ id, correctness, certainty })
const request = { count: 3, minCorrectness: 0.99, minCertainty: 0.99, threshold: 0.5, seed: 0 }

describe('the rehearsal set', () => {
  it('fills up with the most correct of D_ik where too few are sure, and never with D_idk', () => {
    const set = rehearsalSet([open('a', 1, 1), open('b', 0.6, 0.9), open('c', 0.9, 0.2), open('d', 0.4, 1), open('e', 0.5, 0)], request)
    expect(set).toEqual({ ids: ['a', 'c', 'b'], sure: 1 })
  })

  it('goes by the un-renormalised p(gold) for multiple choice', () => {
    const choice = (id: string, goldProbability: number): Knowledge => ({ id, correctness: 0.999, certainty: 0, goldProbability })
    const set = rehearsalSet([choice('a', 0.98), choice('b', 0.995)], { ...request, count: 1 })
    expect(set).toEqual({ ids: ['b'], sure: 1 })
  })

  it('draws another part of the sure ones with another seed, the same with the same', () => {
    const all = Array.from({ length: 200 }, (_, i) => open(`q${i}`, 1, 1))
    const draw = (seed: number) => rehearsalSet(all, { ...request, count: 20, seed }).ids
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
    expect(new Set(draw(1)).size).toBe(20)
  })
})
