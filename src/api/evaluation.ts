/** `grait/evaluation`: answers judged, measured and compared, without a runtime and without native add-ons. Re-exports only. */

// Judge, measure, compare
export { optionConfidence, sampleAgreement } from '../evaluation/confidence/given-confidence.js'
export type { AliasMatching } from '../evaluation/judging/aliases/alias.js'
export { judge, type Judgement, type JudgeSettings } from '../evaluation/judging/judge.js'
export {
  countOutcomes,
  meanOverSubjects,
  type Measures,
  measuresBySubject,
  measuresOf,
  type OutcomeCounts,
} from '../evaluation/measures/measures.js'
export { type AnswerConfidence, answerConfidence, type AnswerProbabilities } from '../evaluation/confidence/answer-confidence.js'
export {
  auroc,
  averagePrecision,
  type ConfidenceMeasures,
  confidenceMeasures,
  expectedCalibrationError,
  refusalAuroc,
  type ScoredAnswer,
} from '../evaluation/measures/confidence-measures.js'
export { refusedBelow, thresholdForThs } from '../evaluation/measures/threshold.js'
export type { Movement } from '../evaluation/measures/moved.js'
export type { JudgedAnswer, Outcome } from '../evaluation/measures/outcome.js'
export { refusalMeasures, type RefusalMeasures } from '../evaluation/measures/refusal-measures.js'
export { type ConfidentAnswer, riskCoverage, type RiskCoverage } from '../evaluation/measures/risk-coverage.js'
export { truthfulHelpfulness } from '../evaluation/measures/ths.js'
export {
  bootstrapIntervals,
  type BootstrapSettings,
  independentIntervals,
  type MeasureIntervals,
} from '../evaluation/resampling/bootstrap.js'
export type { Interval } from '../evaluation/resampling/percentile.js'
export { compareCounts } from '../evaluation/resampling/compare-counts.js'
export { comparePaired, type Difference, type PairedComparison } from '../evaluation/resampling/compare.js'
export { compareWithThreshold, type ThresholdDifference } from '../evaluation/resampling/threshold-comparison.js'
export type { Comparison, ResultRow, Results, SummaryRow, ThresholdComparison, ThresholdRow } from '../evaluation/result-rows.js'
export type { JudgedSet } from '../evaluation/judged-set.js'
export { buildResults, type ResultSettings } from '../evaluation/results.js'

// Whole sets of answers at once
export { type AnsweredQuestions, scoreAnswers } from '../pipeline/scoring/score-answers.js'
export type { Score, ScoringSettings } from '../pipeline/scoring/score-methods.js'

// What is thrown, and how long work is cancelled
export type { CancelOptions } from '../cancellation.js'
export { type ErrorCode, GraitError, type GraitErrorOptions } from '../errors.js'
