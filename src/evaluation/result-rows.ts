import type { ConfidenceMeasures } from './measures/confidence-measures.js'
import type { Measures } from './measures/measures.js'
import type { RefusalMeasures } from './measures/refusal-measures.js'
import type { RiskCoverage } from './measures/risk-coverage.js'
import type { MeasureIntervals } from './resampling/bootstrap.js'
import type { Interval } from './resampling/percentile.js'
import type { ThresholdDifference } from './resampling/threshold-comparison.js'
import { UNTRAINED } from './untrained/registry.js'

/** The initial model with the plain instruction, which does not offer refusing: every method is measured against it. */
export const INIT_BASIC = 'init-basic'
/** The initial model with the instruction that allows refusing. */
export const INIT_REFUSE = 'init-refuse'

/** Whether the method only asks the initial model, without tuning it. */
export function isInitial(method: string): boolean {
  return method === INIT_BASIC || method === INIT_REFUSE || UNTRAINED.some(({ id }) => id === method)
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
  /** How well confidences tell right from wrong; present if every answer has one. */
  confidence?: (ConfidenceMeasures & { refusalAuroc: number | null }) | undefined
  /** The row if answers of low confidence are refused; present if there is a part to set the threshold on. */
  atThreshold?: ThresholdRow | undefined
  /** Present if every answer has a confidence; its curve is thinned to about a hundred points. */
  riskCoverage?: RiskCoverage | undefined
}

/** A row whose answers are refused unless their confidence is above a threshold, which was set on other questions. */
export interface ThresholdRow extends Measures {
  /** Null: nothing more is refused. */
  threshold: number | null
  ths: number | null
  /** Interval of `ths`. */
  interval: Interval | null
}

/** A method against refusing below a threshold on Init-Basic's confidence, at the coverage of the method; means over seeds. */
export interface ThresholdComparison extends ThresholdDifference {
  method: string
  dataset: string
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
  /** Present if every answer of Init-Basic has a confidence. */
  thresholdComparisons?: ThresholdComparison[] | undefined
}
