import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededHash, seededOrder, seededUnit } from '../src/seeded-hash.js'

describe('the seeded hash', () => {
  it('is a whole number in [0, 2^53), the same for the same arguments', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.string()), (seed, parts) => {
        const hash = seededHash(seed, ...parts)
        expect(Number.isSafeInteger(hash) && hash >= 0).toBe(true)
        expect(seededHash(seed, ...parts)).toBe(hash)
        const unit = seededUnit(seed, ...parts)
        expect(unit >= 0 && unit < 1).toBe(true)
      }),
    )
  })

  it('is what SHA-256 says: its first 53 bits', () => {
    // printf '[1,"a"]' | sha256sum -> first 7 bytes, without the last 3 bits
    expect(seededHash(1, 'a')).toBe(1128178562178139)
  })

  it('changes with the seed, with each part and with how the parts are cut', () => {
    const hashes = [
      seededHash(0, 'ab', 'c'),
      seededHash(1, 'ab', 'c'),
      seededHash(0, 'a', 'bc'),
      seededHash(0, 'abc'),
      seededHash(0, 'ab', 'd'),
    ]
    expect(new Set(hashes).size).toBe(5)
  })

  it('spreads evenly', () => {
    const mean = Array.from({ length: 5000 }, (_, index) => seededUnit(7, String(index))).reduce((sum, unit) => sum + unit, 0) / 5000
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02)
  })
})

describe('the seeded order', () => {
  it('holds every item once and does not depend on the order given', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), fc.integer(), (items, seed) => {
        const order = seededOrder(items, seed, (item) => item)
        expect([...order].sort()).toEqual([...items].sort())
        expect(seededOrder([...items].reverse(), seed, (item) => item)).toEqual(order)
      }),
    )
  })
})
