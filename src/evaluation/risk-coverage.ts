import type { Outcome } from './outcome.js'

/** An answer and how sure of it the model is; any scale, higher is surer. */
export interface ConfidentAnswer {
  outcome: Outcome
  confidence?: number
}

/** How wrong a model is where it gives only its surest answers. */
export interface RiskCoverage {
  /** Answered questions in percent of all: refusals are never covered. */
  coverage: number
  /** Wrong answers in percent of all answered. */
  risk: number
  /** Area under the curve, percent: the mean risk over coverages 1/n, 2/n, ..., up to all answered questions. Lower is better. */
  area: number
  /** The curve: after each group of equally sure answers, most sure first. Percent. */
  points: { coverage: number; risk: number }[]
}

/**
 * The risk-coverage curve (El-Yaniv and Wiener 2010; its area: Geifman, Uziel and El-Yaniv 2019): what share of the answers is
 * wrong where only the surest are given. Equal confidences have no order, so within such a group the expected risk counts,
 * as if its wrong answers were spread evenly.
 * @returns null where nothing is answered, or an answer has no confidence
 */
export function riskCoverage(answers: readonly ConfidentAnswer[]): RiskCoverage | null {
  const given = answers.filter(({ outcome }) => outcome !== 'refused')
  if (given.length === 0 || given.some(({ confidence }) => confidence === undefined || Number.isNaN(confidence))) return null
  const sorted = [...given].sort((a, b) => (b.confidence as number) - (a.confidence as number))
  const points: { coverage: number; risk: number }[] = []
  let [wrong, sumOfRisks] = [0, 0]
  for (let start = 0; start < sorted.length; ) {
    let end = start
    let wrongHere = 0
    while (end < sorted.length && sorted[end]?.confidence === sorted[start]?.confidence) {
      if (sorted[end]?.outcome !== 'correct') wrongHere += 1
      end += 1
    }
    for (let covered = start + 1; covered <= end; covered++) {
      sumOfRisks += (wrong + (wrongHere * (covered - start)) / (end - start)) / covered
    }
    wrong += wrongHere
    points.push({ coverage: (100 * end) / answers.length, risk: (100 * wrong) / end })
    start = end
  }
  const last = points.at(-1) as { coverage: number; risk: number }
  return { ...last, area: (100 * sumOfRisks) / sorted.length, points }
}

/** About `most` of the points, evenly spread; the last one stays. */
export function thinned<T>(points: readonly T[], most: number): T[] {
  const step = Math.max(1, Math.ceil(points.length / most))
  return points.filter((_, index) => (points.length - 1 - index) % step === 0)
}
