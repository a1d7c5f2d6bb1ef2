import type { CancelOptions } from '../../cancellation.js'
import { GraitError } from '../../errors.js'
import type { OutcomeCounts } from '../measures/measures.js'
import type { Outcome } from '../measures/outcome.js'
import { type Interval, percentileInterval } from './percentile.js'
import { cellsOfCounts, type OutcomeCell, outcomeCells, resampleCells } from './resample.js'
import { Rng } from './rng.js'

/** Settings of the bootstrap: number of resamples, seed and confidence level. */
export interface BootstrapSettings {
  /** Number of resamples, B; default 10,000. */
  resamples?: number | undefined
  /** Seed of the resampling; default 0. */
  seed?: number | undefined
  /** Confidence level of the intervals; default 0.95. */
  level?: number | undefined
}

/** Percentile intervals of a method's measures: in percent, and in points for THS. */
export interface MeasureIntervals {
  /** Interval of Pc, the correct answers. */
  pc: Interval
  /** Interval of Pw, the wrong and unparseable answers. */
  pw: Interval
  /** Interval of Pr, the refusals. */
  pr: Interval
  /** Interval of THS; null without Init-Basic, or if it is (almost) never wrong. */
  ths: Interval | null
}

/**
 * Computes confidence intervals of one method by the percentile bootstrap over questions (Efron and Tibshirani 1993, section
 * 13.3). Init-Basic and the method are resampled on the same questions, so the variation they share cancels in THS. Resamples
 * in which Init-Basic is never wrong have no THS and are left out of its interval.
 * @param method outcomes, [questions]
 * @param initial Init-Basic's outcomes on the same questions in the same order
 */
export async function bootstrapIntervals(
  method: readonly Outcome[],
  initial: readonly Outcome[] | undefined,
  settings: BootstrapSettings = {},
  { signal }: CancelOptions = {},
): Promise<MeasureIntervals> {
  if (initial !== undefined && initial.length !== method.length) {
    throw new GraitError('data_invalid', `${method.length} answers can't be paired with ${initial.length} of Init-Basic`)
  }
  const draws = new MeasureDraws(settings, initial !== undefined)
  const cells = outcomeCells(initial === undefined ? [method] : [method, initial])
  await draws.resample(cells, (counts, resample) => draws.record(resample, counts, 0, counts, 3), signal)
  return draws.intervals()
}

/**
 * Computes confidence intervals of one method from its outcome counts. Counts do not tell which questions the method and Init-Basic
 * share, so the two are resampled independently.
 */
export async function independentIntervals(
  method: OutcomeCounts,
  initial: OutcomeCounts | undefined,
  settings: BootstrapSettings = {},
  { signal }: CancelOptions = {},
): Promise<MeasureIntervals> {
  const draws = new MeasureDraws(settings, initial !== undefined)
  const ofMethod = new Int32Array(draws.resamples * 3)
  await draws.resample(cellsOfCounts(method), (counts, resample) => ofMethod.set(counts, resample * 3), signal)
  if (initial === undefined) {
    for (let resample = 0; resample < draws.resamples; resample++) draws.record(resample, ofMethod, resample * 3, ofMethod, 0)
  } else {
    await draws.resample(cellsOfCounts(initial), (counts, resample) => draws.record(resample, ofMethod, resample * 3, counts, 0), signal)
  }
  return draws.intervals()
}

/** The measures of every resample, and the generator that draws them. */
class MeasureDraws {
  readonly resamples: number
  readonly #level: number
  readonly #rng: Rng
  readonly #paired: boolean
  readonly #values: Record<'pc' | 'pw' | 'pr' | 'ths', Float64Array>

  constructor({ resamples = 10_000, seed = 0, level = 0.95 }: BootstrapSettings, paired: boolean) {
    this.resamples = resamples
    this.#level = level
    this.#rng = Rng.seeded(seed)
    this.#paired = paired
    const column = () => new Float64Array(resamples)
    this.#values = { pc: column(), pw: column(), pr: column(), ths: column() }
  }

  async resample(
    cells: readonly OutcomeCell[],
    visit: (counts: Int32Array, resample: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    if (cells.length === 0) throw new GraitError('data_invalid', 'there are no answers to resample')
    await resampleCells(cells, this.resamples, this.#rng, visit, signal)
  }

  /** Counts of right, wrong and refused answers: the method's at `at`, Init-Basic's at `initialAt`. */
  record(resample: number, counts: Int32Array, at: number, initial: Int32Array, initialAt: number): void {
    const right = counts[at] as number
    const wrong = counts[at + 1] as number
    const refused = counts[at + 2] as number
    const scale = 100 / (right + wrong + refused)
    this.#values.pc[resample] = right * scale
    this.#values.pw[resample] = wrong * scale
    this.#values.pr[resample] = refused * scale
    if (!this.#paired) return
    const initialWrong = initial[initialAt + 1] as number
    const score = initialWrong === 0 ? NaN : (right - (wrong / initialWrong) * (initial[initialAt] as number)) * scale
    this.#values.ths[resample] = score
  }

  intervals(): MeasureIntervals {
    const interval = (key: 'pc' | 'pw' | 'pr') => percentileInterval(this.#values[key], this.#level) as Interval
    return {
      pc: interval('pc'),
      pw: interval('pw'),
      pr: interval('pr'),
      ths: this.#paired ? percentileInterval(this.#values.ths, this.#level) : null,
    }
  }
}
