import { describe, expect, it } from 'vitest'
import { refusedRight } from '../../studies/refused-right.js'

// Subject a: 2 of 4 right; subject b: none of 2.
const initial = new Map([
  ['a1', true],
  ['a2', true],
  ['a3', false],
  ['a4', false],
  ['b1', false],
  ['b2', false],
])
const subjectOf = (id: string) => id[0] as string

describe('refusals against what had been right', () => {
  it('by chance, a subject loses right answers at its own rate', () => {
    expect(refusedRight(initial, new Set(['a1', 'a3', 'b1', 'b2']), subjectOf)).toEqual({
      refused: 4,
      refusedRight: 1,
      refusedRightByChance: 1,
    })
  })

  it('a model that knows what it does not know loses fewer', () => {
    expect(refusedRight(initial, new Set(['a3', 'a4', 'b1']), subjectOf)).toEqual({ refused: 3, refusedRight: 0, refusedRightByChance: 1 })
  })
})
