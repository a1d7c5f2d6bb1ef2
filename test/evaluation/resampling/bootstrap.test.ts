import { describe, expect, it } from 'vitest'
import { countOutcomes } from '../../../src/evaluation/measures/measures.js'
import type { Outcome } from '../../../src/evaluation/measures/outcome.js'
import { bootstrapIntervals, independentIntervals } from '../../../src/evaluation/resampling/bootstrap.js'
import { comparePaired } from '../../../src/evaluation/resampling/compare.js'
import { percentileInterval, quantile } from '../../../src/evaluation/resampling/percentile.js'
import { outcomeCells, resampleCells } from '../../../src/evaluation/resampling/resample.js'
import { Rng } from '../../../src/evaluation/resampling/rng.js'

/** n outcomes in a fixed cycle of shares, e.g. {correct: 2, wrong: 1} -> correct, correct, wrong, correct, ... */
function cycle(n: number, shares: Partial<Record<Outcome, number>>): Outcome[] {
  const unit = Object.entries(shares).flatMap(([outcome, times]) => new Array<Outcome>(times).fill(outcome as Outcome))
  return Array.from({ length: n }, (_, i) => unit[i % unit.length] as Outcome)
}

function drawn(n: number, seed: number, [right, wrong]: [number, number]): Outcome[] {
  const rng = Rng.seeded(seed)
  return Array.from({ length: n }, () => {
    const u = rng.uniform()
    return u < right ? 'correct' : u < right + wrong ? 'wrong' : 'refused'
  })
}

describe('percentiles', () => {
  it('lie linearly between the two nearest values', () => {
    // position 0.25 * 3 = 0.75 between 1 and 2
    expect(quantile(Float64Array.of(1, 2, 4, 8), 0.25)).toBe(1.75)
    expect(
      percentileInterval(
        Float64Array.from({ length: 101 }, (_, i) => 100 - i),
        0.9,
      ),
    ).toEqual([expect.closeTo(5, 10), expect.closeTo(95, 10)])
  })

  it('leave out what is not a number, and are null where that is half or more', () => {
    expect(percentileInterval(Float64Array.of(Number.NaN, 1, 1), 0.95)).toEqual([1, 1])
    expect(percentileInterval(Float64Array.of(Number.NaN, 1), 0.95)).toBeNull()
  })
})

describe('the bootstrap', () => {
  it('gives the interval of a proportion: 50 % of 400 questions is 50 +- 1.96 * sqrt(0.25 / 400) = [45.1, 54.9]', async () => {
    const { pc } = await bootstrapIntervals(cycle(400, { correct: 1, wrong: 1 }), undefined)
    expect(pc[0]).toBeCloseTo(45.1, 0)
    expect(pc[1]).toBeCloseTo(54.9, 0)
  })

  it('gives the same numbers for the same seed, nearly the same for another', async () => {
    const [method, initial] = [drawn(300, 1, [0.4, 0.2]), drawn(300, 2, [0.4, 0.6])]
    expect(await bootstrapIntervals(method, initial, { seed: 3 })).toEqual(await bootstrapIntervals(method, initial, { seed: 3 }))
    const [a, b] = await Promise.all([3, 4].map(async (seed) => (await bootstrapIntervals(method, initial, { seed })).pc[0] as number))
    expect(Math.abs((a as number) - (b as number))).toBeLessThan(1)
  })

  it('does not depend on the order of the questions', async () => {
    const [method, initial] = [drawn(300, 1, [0.4, 0.2]), drawn(300, 2, [0.4, 0.6])]
    expect(await bootstrapIntervals([...method].reverse(), [...initial].reverse())).toEqual(await bootstrapIntervals(method, initial))
  })

  it('pairs the questions: a method that answers as Init-Basic has THS 0 in every resample', async () => {
    const outcomes = drawn(200, 5, [0.4, 0.6])
    const { ths } = await bootstrapIntervals(outcomes, outcomes)
    expect(ths?.[0]).toBeCloseTo(0, 10)
    expect(ths?.[1]).toBeCloseTo(0, 10)
    const counts = countOutcomes(outcomes)
    const independent = (await independentIntervals(counts, counts)).ths as [number, number]
    expect(independent[1] - independent[0]).toBeGreaterThan(10)
  })

  it('from counts alone has the same intervals of Pc, Pw and Pr', async () => {
    const method = drawn(1000, 1, [0.4, 0.2])
    const paired = await bootstrapIntervals(method, undefined)
    const independent = await independentIntervals(countOutcomes(method), undefined)
    for (const key of ['pc', 'pw', 'pr'] as const) {
      expect(independent[key][0]).toBeCloseTo(paired[key][0], -0.3)
      expect(independent[key][1]).toBeCloseTo(paired[key][1], -0.3)
    }
    expect(independent.ths).toBeNull()
  })

  it('counts unparseable answers as wrong', async () => {
    expect((await bootstrapIntervals(['unparseable', 'unparseable'], undefined)).pw).toEqual([100, 100])
  })

  it('has no interval of THS where Init-Basic is never wrong', async () => {
    expect((await bootstrapIntervals(cycle(50, { correct: 1, refused: 1 }), cycle(50, { correct: 1 }))).ths).toBeNull()
  })

  it('covers the true value about 95 times in 100', async () => {
    let covered = 0
    for (let trial = 0; trial < 200; trial++) {
      const { pc } = await bootstrapIntervals(drawn(150, trial, [0.3, 0.5]), undefined, { resamples: 1000, seed: trial })
      if (pc[0] <= 30 && 30 <= pc[1]) covered += 1
    }
    // 190 expected, standard deviation 3.1; the percentile interval is slightly short.
    expect(covered).toBeGreaterThan(176)
    expect(covered).toBeLessThan(200)
  })

  it('draws by cells as it draws by single questions: equal means and variances', async () => {
    const n = 2000
    const cells = outcomeCells([cycle(n, { correct: 5, wrong: 3, refused: 2 }), cycle(n, { wrong: 1, correct: 1 })])
    const statistics = async (many: typeof cells) => {
      const values: number[] = []
      await resampleCells(many, 4000, Rng.seeded(1), (counts) => values.push(counts[0] as number), undefined)
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length }
    }
    // Cells cut into single questions are as many as questions, so they are drawn one by one.
    const single = cells.flatMap(({ pattern, count }) => Array.from({ length: count }, () => ({ pattern, count: 1 })))
    for (const { mean, variance } of [await statistics(cells), await statistics(single)]) {
      // Right answers: Binomial(2000, 1/2), variance 500; standard error of the mean 0.35, of the variance 11.
      expect(Math.abs(mean - 1000)).toBeLessThan(1.8)
      expect(Math.abs(variance - 500)).toBeLessThan(56)
    }
  })

  it('takes less than 2 s for 14,000 questions and 10,000 resamples', async () => {
    const [method, initial] = [drawn(14_000, 1, [0.4, 0.2]), drawn(14_000, 2, [0.45, 0.54])]
    const start = performance.now()
    await bootstrapIntervals(method, initial)
    expect(performance.now() - start).toBeLessThan(2000)
  })

  it('lets timers run meanwhile, and stops where it is when it is cancelled, with the reason as cause', async () => {
    // More seeds than a cell's share: questions are drawn one by one, 14,000 times 10,000 of them.
    const seeds = Array.from({ length: 9 }, (_, seed) => drawn(14_000, seed, [0.4, 0.3]))
    const controller = new AbortController()
    const start = performance.now()
    const compared = comparePaired(seeds.slice(0, 4), seeds.slice(4, 8), seeds[8], {}, { signal: controller.signal })
    setTimeout(() => controller.abort('enough'), 100)
    await expect(compared).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' })
    expect(performance.now() - start).toBeLessThan(1000)
  })

  it('refuses answers that cannot be paired', async () => {
    await expect(bootstrapIntervals(['correct'], [])).rejects.toMatchObject({ code: 'data_invalid' })
  })
})

describe('the comparison of two methods', () => {
  const initial = drawn(1000, 9, [0.4, 0.6])
  const better = drawn(1000, 10, [0.5, 0.1])
  const worse = drawn(1000, 11, [0.3, 0.4])

  it('finds a large difference and says that chance does not explain it', async () => {
    const { ths, pw } = await comparePaired([better], [worse], initial)
    expect(ths?.difference).toBeGreaterThan(20)
    expect(ths?.interval?.[0]).toBeGreaterThan(0)
    expect(ths?.p).toBeCloseTo(2 / 10_001, 6)
    expect(pw.difference).toBeLessThan(0)
  })

  it('is the same turned round', async () => {
    const [there, back] = [(await comparePaired([better], [worse], initial)).ths, (await comparePaired([worse], [better], initial)).ths]
    expect(back?.difference).toBeCloseTo(-(there?.difference ?? 0), 10)
    expect(back?.interval?.[0]).toBeCloseTo(-(there?.interval?.[1] ?? 0), 0)
  })

  it('of a method with itself is 0 with p 1', async () => {
    expect((await comparePaired([better], [better], initial)).ths).toEqual({ difference: 0, interval: [0, 0], p: 1 })
  })

  it('takes the mean over seeds of each side', async () => {
    const both = await comparePaired([better, worse], [worse], initial)
    const one = await comparePaired([better], [worse], initial)
    expect(both.pc.difference).toBeCloseTo(one.pc.difference / 2, 10)
    expect(both.ths?.difference).toBeCloseTo((one.ths?.difference ?? 0) / 2, 10)
  })

  it('has small p about 5 times in 100 where there is no difference', async () => {
    let small = 0
    for (let trial = 0; trial < 100; trial++) {
      const [a, b] = [drawn(200, 2 * trial, [0.4, 0.3]), drawn(200, 2 * trial + 1, [0.4, 0.3])]
      if (((await comparePaired([a], [b], undefined, { resamples: 500, seed: trial })).pc.p ?? 1) < 0.05) small += 1
    }
    expect(small).toBeLessThan(14)
  })

  it('has no THS without Init-Basic', async () => {
    expect((await comparePaired([better], [worse], undefined)).ths).toBeNull()
  })
})
