import type { Measures } from './measures/measures.js'
import type { RefusalMeasures } from './measures/refusal-measures.js'
import type { RiskCoverage } from './measures/risk-coverage.js'
import type { MeasureIntervals } from './resampling/bootstrap.js'
import type { Interval } from './resampling/percentile.js'

/** The initial model with the plain instruction, which does not offer refusing: every method is measured against it. */
export const INIT_BASIC = 'init-basic'
/** The initial model with the instruction that allows refusing. */
export const INIT_REFUSE = 'init-refuse'

/** Whether the method only asks the initial model, without tuning it. */
export function isInitial(method: string): boolean {
  return method === INIT_BASIC || method === INIT_REFUSE
}

/** The results of one method and seed on one data set. */
export interface ResultRow extends Measures {
  method: string
  seed: number
  dataset: string
  /** Number of questions. */
  n: number
  correct: number
  /** Without the unparseable answers, which `pw` includes. */
  wrong: number
  refused: number
  unparseable: number
  /** Truthful helpfulness score, points; null if Init-Basic is missing or never wrong. */
  ths: number | null
  interval: MeasureIntervals
  /** Means over subjects; null if questions have no subjects. */
  bySubject: (Measures & { ths: number | null; subjects: number }) | null
  /** Whether the right questions are refused; null without Init-Basic, or if only counts are known. */
  refusal?: RefusalMeasures | null | undefined
  /** Present if every answer has a confidence; its curve is thinned to about a hundred points. */
  riskCoverage?: RiskCoverage | undefined
}

/** Means over seeds, for one method on one data set. `sd` is the sample standard deviation, null with one seed. */
export interface SummaryRow {
  method: string
  dataset: string
  seeds: number[]
  mean: Measures & { ths: number | null }
  sd: { pc: number | null; pw: number | null; pr: number | null; ths: number | null }
}

/** A comparison of two methods: THS of a minus THS of b on the same questions, means over seeds. */
export interface Comparison {
  a: string
  b: string
  dataset: string
  difference: number
  interval: Interval | null
  p: number | null
}

/** All results of an evaluation, as in results.json: one row per method, seed and data set, summaries and comparisons. */
export interface Results {
  rows: ResultRow[]
  summary: SummaryRow[]
  comparisons: Comparison[]
}
