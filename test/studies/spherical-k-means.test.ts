import { describe, expect, it } from 'vitest'
import { sphericalKMeans } from '../../studies/spherical-k-means.js'

const unit = (degrees: number) => Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180))

describe('spherical k-means', () => {
  const rows = [0, 100, 5, 220, 95, 355, 210].map(unit)

  it('puts rows of one direction together, whatever the seed', () => {
    for (let seed = 0; seed < 20; seed++) {
      const [a, b, a2, c, b2, a3, c2] = sphericalKMeans(rows, 3, seed)
      expect([a2, a3, b2, c2]).toEqual([a, a, b, c])
      expect(new Set([a, b, c]).size).toBe(3)
    }
  })

  it('gives the same clusters for the same seed', () => {
    expect(sphericalKMeans(rows, 2, 7)).toEqual(sphericalKMeans(rows, 2, 7))
  })

  it('gives every row a cluster of its own where there are as many', () => {
    expect(new Set(sphericalKMeans(rows, 7, 1)).size).toBe(7)
  })
})
