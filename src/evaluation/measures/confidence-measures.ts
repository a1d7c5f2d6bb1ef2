import type { Outcome } from './outcome.js'
import { type ConfidentAnswer, riskCoverage, surestFirst } from './risk-coverage.js'

/** How well confidences tell right answers from wrong ones, percent; over the answers that are no refusals. */
export interface ConfidenceMeasures {
  /** AUROC: how often a right answer has a higher confidence than a wrong one. 50 is chance; null if all are right, or none. */
  auroc: number | null
  /** Average precision of the right answers; chance is their share. Null if none is right. */
  averagePrecision: number | null
  /** Expected calibration error over ten bins of equal width; null unless all confidences lie between 0 and 1. Lower is better. */
  ece: number | null
  /** Area under the risk-coverage curve. Lower is better. */
  aurc: number
}

/** Computes AUROC, average precision, ECE and AURC; null if no question is answered, or an answer has no confidence. */
export function confidenceMeasures(answers: readonly ConfidentAnswer[]): ConfidenceMeasures | null {
  const curve = riskCoverage(answers)
  if (curve === null) return null
  const given = answers
    .filter(({ outcome }) => outcome !== 'refused')
    .map(({ outcome, confidence, probability }) => ({
      right: outcome === 'correct',
      confidence: confidence as number,
      probability: probability ?? (confidence as number),
    }))
  return {
    auroc: auroc(given),
    averagePrecision: averagePrecision(given),
    ece: expectedCalibrationError(given),
    aurc: curve.area,
  }
}

/** An answer for `auroc` and `averagePrecision`: whether it is right, and how confident the model is in it. */
export interface ScoredAnswer {
  right: boolean
  confidence: number
}

/**
 * Area under the ROC curve, percent: the share of pairs of a right and a wrong answer in which the right one has the higher
 * confidence; a tie counts half (Mann and Whitney 1947). Null without both.
 */
export function auroc(answers: readonly ScoredAnswer[]): number | null {
  let [rightAbove, wrongAbove, ordered] = [0, 0, 0]
  for (const { right, wrong } of groups(answers)) {
    ordered += wrong * (rightAbove + right / 2)
    rightAbove += right
    wrongAbove += wrong
  }
  return rightAbove === 0 || wrongAbove === 0 ? null : (100 * ordered) / (rightAbove * wrongAbove)
}

/**
 * Average precision of the right answers, percent: the sum over confidences, highest first, of the gain in recall times the precision
 * there. Answers of one confidence are one step, without interpolation. Null if none is right.
 */
export function averagePrecision(answers: readonly ScoredAnswer[]): number | null {
  const all = answers.filter(({ right }) => right).length
  if (all === 0) return null
  let [rightSoFar, soFar, sum] = [0, 0, 0]
  for (const { right, wrong } of groups(answers)) {
    rightSoFar += right
    soFar += right + wrong
    sum += (right / all) * (rightSoFar / soFar)
  }
  return 100 * sum
}

const BINS = 10

/**
 * Expected calibration error, percent (Naeini et al. 2015): in bins [0, 0.1), [0.1, 0.2), ... [0.9, 1] of the probability, the
 * distance between the share of right answers and the mean probability, weighted by the number of answers.
 */
export function expectedCalibrationError(answers: readonly { right: boolean; probability: number }[]): number | null {
  if (answers.length === 0 || answers.some(({ probability }) => !(probability >= 0 && probability <= 1))) return null
  const excess = new Array<number>(BINS).fill(0)
  for (const { right, probability } of answers) {
    const bin = Math.min(BINS - 1, Math.floor(probability * BINS))
    excess[bin] = (excess[bin] as number) + (right ? 1 : 0) - probability
  }
  return (100 * excess.reduce((sum, value) => sum + Math.abs(value), 0)) / answers.length
}

/**
 * AUROC of the wish to refuse, percent, over all questions: how often a question that Init-Basic answers right has a lower score than
 * one that it does not. Null if a score is missing, or without both.
 * @param scores log p(refusal), [questions]
 * @param initial Init-Basic's outcomes on the same questions
 */
export function refusalAuroc(scores: readonly (number | undefined)[], initial: readonly Outcome[]): number | null {
  if (scores.some((score) => score === undefined)) return null
  return auroc(scores.map((score, question) => ({ confidence: -(score as number), right: initial[question] === 'correct' })))
}

/** Right and wrong answers of each confidence, highest first. */
function groups(answers: readonly ScoredAnswer[]): { right: number; wrong: number }[] {
  const curve = surestFirst(answers.map(({ confidence, right }) => ({ confidence, wrong: right ? 0 : 1 })))
  return curve.map(({ covered, wrong }, index) => {
    const before = curve[index - 1] ?? { covered: 0, wrong: 0 }
    const wrongHere = wrong - before.wrong
    return { right: covered - before.covered - wrongHere, wrong: wrongHere }
  })
}
