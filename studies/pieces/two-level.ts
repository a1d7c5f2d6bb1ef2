import type { Interval, Outcome } from 'grait'
import { percentileInterval } from '../../src/evaluation/resampling/percentile.js'
import { Rng } from '../../src/evaluation/resampling/rng.js'

/** The THS of one method minus that of another, points, if both the questions and the seeds had been others. */
export interface TwoLevelDifference {
  difference: number
  interval: Interval | null
  /** Two-sided: how often resampling changes the sign. */
  p: number
}

/**
 * Compares two methods by a two-level bootstrap: each resample draws questions with replacement, the same for all, and of either method
 * as many seeds as it has, with replacement.
 * @param a outcomes of either method, [seeds][questions]
 * @param initial Init-Basic's outcomes, [questions]
 */
export function twoLevelDifference(
  a: readonly (readonly Outcome[])[],
  b: readonly (readonly Outcome[])[],
  initial: readonly Outcome[],
  { resamples = 2000, seed = 0 }: { resamples?: number; seed?: number } = {},
): TwoLevelDifference {
  const n = initial.length
  const [basic, left, right] = [coded([initial]), coded(a), coded(b)]
  const every = Uint32Array.from({ length: n }, (_, index) => index)
  const observed = thsOf(left, identity(a.length), basic, every) - thsOf(right, identity(b.length), basic, every)
  const rng = Rng.seeded(seed)
  const drawn = (from: number) => Uint32Array.from({ length: from }, () => Math.floor(rng.uniform() * from))
  const draws = Float64Array.from({ length: resamples }, () => {
    const questions = drawn(n)
    return thsOf(left, drawn(a.length), basic, questions) - thsOf(right, drawn(b.length), basic, questions)
  })
  const [below, above] = [draws.filter((draw) => draw <= 0).length, draws.filter((draw) => draw >= 0).length]
  const p = Math.min(1, (2 * (1 + Math.min(below, above))) / (resamples + 1))
  return { difference: observed, interval: percentileInterval(draws, 0.95), p }
}

/** Holm's adjustment: p values of a family, so that the chance of a single false claim among them is at most the level. */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, index) => index).sort((i, j) => (ps[i] as number) - (ps[j] as number))
  const adjusted = new Array<number>(ps.length).fill(0)
  let least = 0
  for (const [rank, index] of order.entries()) {
    least = Math.max(least, Math.min(1, (ps.length - rank) * (ps[index] as number)))
    adjusted[index] = least
  }
  return adjusted
}

/** 1 for right, -1 for wrong or unparseable, 0 for refused. */
function coded(outcomes: readonly (readonly Outcome[])[]): Int8Array[] {
  return outcomes.map((each) => Int8Array.from(each, (outcome) => (outcome === 'correct' ? 1 : outcome === 'refused' ? 0 : -1)))
}

function identity(n: number): Uint32Array {
  return Uint32Array.from({ length: n }, (_, index) => index)
}

/** Mean THS over the seeds drawn; without a wrong answer of Init-Basic there is nothing to weigh wrong ones by, and they cost nothing. */
function thsOf(seeds: readonly Int8Array[], drawn: Uint32Array, [basic]: readonly Int8Array[], questions: Uint32Array): number {
  const [initialRight, initialWrong] = shares(basic as Int8Array, questions)
  const rate = initialWrong === 0 ? 0 : initialRight / initialWrong
  let sum = 0
  for (const seed of drawn) {
    const [right, wrong] = shares(seeds[seed] as Int8Array, questions)
    sum += right - rate * wrong
  }
  return sum / drawn.length
}

/** Percent right and wrong. */
function shares(codes: Int8Array, questions: Uint32Array): [right: number, wrong: number] {
  let [right, wrong] = [0, 0]
  for (const question of questions) {
    const code = codes[question] as number
    if (code > 0) right += 1
    else if (code < 0) wrong += 1
  }
  return [(100 * right) / questions.length, (100 * wrong) / questions.length]
}
