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
  const curve = surestFirst(
    given.map(({ confidence, outcome }) => ({ confidence: confidence as number, wrong: outcome === 'correct' ? 0 : 1 })),
  )
  let sumOfRisks = 0
  let start = { covered: 0, wrong: 0 }
  for (const end of curve) {
    const [here, wrongHere] = [end.covered - start.covered, end.wrong - start.wrong]
    for (let taken = 1; taken <= here; taken++) sumOfRisks += (start.wrong + (wrongHere * taken) / here) / (start.covered + taken)
    start = end
  }
  const points = curve.map(({ covered, wrong }) => ({ coverage: (100 * covered) / answers.length, risk: (100 * wrong) / covered }))
  const last = points.at(-1) as { coverage: number; risk: number }
  return { ...last, area: (100 * sumOfRisks) / given.length, points }
}

/**
 * How many are covered and how much of them is wrong, after each group of equally sure ones: their order would be made up.
 * @param answers `wrong`: 0 to 1, an expectation where an answer was drawn several times
 */
export function surestFirst(answers: readonly { confidence: number; wrong: number }[]): { covered: number; wrong: number }[] {
  const sorted = [...answers].sort((a, b) => b.confidence - a.confidence)
  const curve: { covered: number; wrong: number }[] = []
  let total = 0
  for (const [index, { confidence, wrong }] of sorted.entries()) {
    total += wrong
    if (sorted[index + 1]?.confidence !== confidence) curve.push({ covered: index + 1, wrong: total })
  }
  return curve
}

/** About `most` of the points, evenly spread; the last one stays. */
export function thinned<T>(points: readonly T[], most: number): T[] {
  const step = Math.max(1, Math.ceil(points.length / most))
  return points.filter((_, index) => (points.length - 1 - index) % step === 0)
}
