import type { Measures } from './measures/measures.js'
import type { RefusalMeasures } from './measures/refusal-measures.js'
import type { RiskCoverage } from './measures/risk-coverage.js'
import type { MeasureIntervals } from './resampling/bootstrap.js'
import type { Interval } from './resampling/percentile.js'

/** The initial model asked plainly, without leave to refuse: what every method is measured against. */
export const INIT_BASIC = 'init-basic'

export interface ResultRow extends Measures {
  method: string
  seed: number
  dataset: string
  n: number
  correct: number
  /** Without the unparseable, which `pw` includes. */
  wrong: number
  refused: number
  unparseable: number
  /** Points; null where Init-Basic is missing or never wrong. */
  ths: number | null
  interval: MeasureIntervals
  /** Means over subjects; null where questions have none. */
  bySubject: (Measures & { ths: number | null; subjects: number }) | null
  /** Whether the right questions are refused; null without Init-Basic, or where only counts are known. */
  refusal?: RefusalMeasures | null
  /** Where every answer has a confidence; of its curve about a hundred points. */
  riskCoverage?: RiskCoverage
}

/** Over seeds, one a method and data set. `sd` is the sample standard deviation, null with one seed. */
export interface SummaryRow {
  method: string
  dataset: string
  seeds: number[]
  mean: Measures & { ths: number | null }
  sd: { pc: number | null; pw: number | null; pr: number | null; ths: number | null }
}

/** THS of a minus THS of b, both on the same questions, means over seeds. */
export interface Comparison {
  a: string
  b: string
  dataset: string
  difference: number
  interval: Interval | null
  p: number | null
}

/** results.json */
export interface Results {
  rows: ResultRow[]
  summary: SummaryRow[]
  comparisons: Comparison[]
}
