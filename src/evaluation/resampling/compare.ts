import type { CancelOptions } from '../../cancellation.js'
import { GraitError } from '../../errors.js'
import { OUTCOME_CLASSES, type Outcome } from '../measures/outcome.js'
import type { BootstrapSettings } from './bootstrap.js'
import { type Interval, percentileInterval } from './percentile.js'
import { outcomeCells, resampleCells } from './resample.js'
import { Rng } from './rng.js'

/** A difference a - b in points, with its percentile interval and two-sided bootstrap p-value. */
export interface Difference {
  difference: number
  interval: Interval | null
  p: number | null
}

/** The differences between two methods on the same questions, in percentage points; see `comparePaired`. */
export interface PairedComparison {
  pc: Difference
  pw: Difference
  pr: Difference
  /** Null without Init-Basic, or if it is never wrong. */
  ths: Difference | null
}

type Measure = keyof PairedComparison
type Values = Record<Measure, number>

/**
 * Compares two methods on the same questions. Each side may have several seeds; the difference is then between the means over
 * seeds, and all of them are resampled on the same questions.
 * p = 2 min((1 + #{d* <= 0}) / (B + 1), (1 + #{d* >= 0}) / (B + 1)), at most 1: how often resampling changes the sign.
 * @param a outcomes, [seeds] of [questions]
 * @param b outcomes of the other method, on the same questions in the same order
 * @param initial Init-Basic's outcomes, [questions]
 */
export async function comparePaired(
  a: readonly (readonly Outcome[])[],
  b: readonly (readonly Outcome[])[],
  initial: readonly Outcome[] | undefined,
  { resamples = 10_000, seed = 0, level = 0.95 }: BootstrapSettings = {},
  { signal }: CancelOptions = {},
): Promise<PairedComparison> {
  const respondents = [...a, ...b, ...(initial === undefined ? [] : [initial])]
  const questions = respondents[0]?.length ?? 0
  if (a.length === 0 || b.length === 0 || questions === 0 || respondents.some((outcomes) => outcomes.length !== questions)) {
    throw new GraitError('data_invalid', 'two methods can be compared only on the same questions, and on at least one')
  }
  const differences = (counts: Int32Array): Values => {
    const side = (first: number, count: number) =>
      meanMeasures(counts, first, count, initial === undefined ? undefined : a.length + b.length)
    const [left, right] = [side(0, a.length), side(a.length, b.length)]
    return { pc: left.pc - right.pc, pw: left.pw - right.pw, pr: left.pr - right.pr, ths: left.ths - right.ths }
  }

  const cells = outcomeCells(respondents)
  const observed = new Int32Array(respondents.length * OUTCOME_CLASSES.length)
  for (const { pattern, count } of cells) {
    for (const [respondent, outcome] of pattern.entries()) {
      const slot = respondent * OUTCOME_CLASSES.length + outcome
      observed[slot] = (observed[slot] as number) + count
    }
  }
  const column = () => new Float64Array(resamples)
  const draws: Record<Measure, Float64Array> = { pc: column(), pw: column(), pr: column(), ths: column() }
  const record = (counts: Int32Array, resample: number) => {
    const values = differences(counts)
    for (const measure of ['pc', 'pw', 'pr', 'ths'] as const) draws[measure][resample] = values[measure]
  }
  await resampleCells(cells, resamples, Rng.seeded(seed), record, signal)
  const point = differences(observed)
  const summary = (measure: Measure) => differenceOf(point[measure], draws[measure], level)
  return { pc: summary('pc'), pw: summary('pw'), pr: summary('pr'), ths: Number.isNaN(point.ths) ? null : summary('ths') }
}

/** Means over `count` respondents, starting at `first`; `ths` is NaN where it is undefined. */
function meanMeasures(counts: Int32Array, first: number, count: number, initial: number | undefined): Values {
  const mean: Values = { pc: 0, pw: 0, pr: 0, ths: 0 }
  for (let respondent = first; respondent < first + count; respondent++) {
    const [right, wrong, refused] = countsOf(counts, respondent)
    const share = 100 / ((right + wrong + refused) * count)
    const [initialRight, initialWrong] = initial === undefined ? [0, 0] : countsOf(counts, initial)
    mean.pc += right * share
    mean.pw += wrong * share
    mean.pr += refused * share
    mean.ths += initialWrong === 0 ? NaN : (right - (wrong / initialWrong) * initialRight) * share
  }
  return mean
}

function countsOf(counts: Int32Array, respondent: number): [number, number, number] {
  const at = respondent * OUTCOME_CLASSES.length
  return [counts[at] as number, counts[at + 1] as number, counts[at + 2] as number]
}

/** A difference with the interval and p-value of its resampled values. */
export function differenceOf(difference: number, draws: Float64Array, level: number): Difference {
  return { difference, interval: percentileInterval(draws, level), p: signTurningP(draws) }
}

function signTurningP(differences: Float64Array): number | null {
  const defined = differences.filter((difference) => !Number.isNaN(difference))
  if (defined.length * 2 <= differences.length) return null
  const notAbove = defined.filter((difference) => difference <= 0).length
  const notBelow = defined.filter((difference) => difference >= 0).length
  return Math.min(1, (2 * (1 + Math.min(notAbove, notBelow))) / (defined.length + 1))
}
