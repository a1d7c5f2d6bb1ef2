import { describe, expect, it } from 'vitest'
import { KernelRefusal, kernelOf } from '../../studies/kernel-refusal.js'

const RIDGE = 0.2
const COMMON = 0.3
// Four trained on, the second refusal at half weight, and two that are not.
const rows = [
  [1, 0, 0],
  [0.8, 0.6, 0],
  [0, 1, 0],
  [0, 0.6, 0.8],
  [0.6, 0, 0.8],
  [0, 0, 1],
].map((row) => Float32Array.from(row))
const trained = [
  { index: 0, target: 0, weight: 1 },
  { index: 1, target: 0, weight: 1 },
  { index: 2, target: 1, weight: 1 },
  { index: 3, target: 1, weight: 0.5 },
] as const

describe('foreseen refusals', () => {
  const kernel = new KernelRefusal(kernelOf(rows, COMMON), RIDGE)
  for (const { index, target, weight } of trained) kernel.add(index, target, weight)

  it('are kernel ridge regression on those trained on', () => {
    const foreseen = kernel.foreseen()
    for (const index of [4, 5]) expect(foreseen[index]).toBeCloseTo(regression(trained, index), 10)
  })

  it('of a question trained on are what the others make of it', () => {
    const foreseen = kernel.foreseen()
    for (const { index } of trained) {
      const others = trained.filter((each) => each.index !== index)
      expect(foreseen[index]).toBeCloseTo(regression(others, index), 10)
    }
  })

  it('can be told for one more refusal before it is trained on', () => {
    const before = new KernelRefusal(kernelOf(rows, COMMON), RIDGE)
    const after = new KernelRefusal(kernelOf(rows, COMMON), RIDGE)
    for (const { index, target } of trained.slice(0, 3)) {
      before.add(index, target)
      after.add(index, target)
    }
    const told = new Float64Array(rows.length)
    before.withRefusal(5, told)
    after.add(5, 1)
    after.foreseen().forEach((value, index) => {
      expect(told[index]).toBeCloseTo(value, 10)
    })
  })

  it('rise near refusals and fall near known questions', () => {
    const foreseen = kernel.foreseen()
    expect(foreseen[5]).toBeGreaterThan(foreseen[4]!)
  })
})

type Trained = readonly { index: number; target: number; weight: number }[]

/** sum_t a_t k(x, t) with (K + ridge / weight) a = targets, solved by elimination. */
function regression(of: Trained, x: number): number {
  const system = of.map((a) => [...of.map((b) => nearness(a.index, b.index) + (a === b ? RIDGE / a.weight : 0)), a.target])
  for (const [i, pivot] of system.entries()) {
    for (const row of system) {
      if (row === pivot) continue
      const factor = row[i]! / pivot[i]!
      row.forEach((_, column) => {
        row[column]! -= factor * pivot[column]!
      })
    }
  }
  return of.reduce((sum, { index }, i) => sum + (system[i]!.at(-1)! / system[i]![i]!) * nearness(x, index), 0)
}

function nearness(a: number, b: number): number {
  return COMMON + rows[a]!.reduce((sum, value, i) => sum + value * rows[b]![i]!, 0)
}
