import type { Outcome } from './outcome.js'

/** The outcome of an answer, with the model's confidence in it. */
export interface ConfidentAnswer {
  outcome: Outcome
  /** Any scale; higher means more confident. */
  confidence?: number | undefined
  /** The same as a probability, 0 to 1, if the confidence is on another scale. */
  probability?: number | undefined
}

/** A risk-coverage curve: how often a model is wrong when it gives only its most confident answers. */
export interface RiskCoverage {
  /** Answered questions, in percent of all questions; refusals are never covered. */
  coverage: number
  /** Wrong answers, in percent of the answered questions. */
  risk: number
  /** Area under the curve, percent: the mean risk over coverages 1/n, 2/n, ..., up to all answered questions. Lower is better. */
  area: number
  /** The curve: one point after each group of equally confident answers, most confident first. Percent. */
  points: { coverage: number; risk: number }[]
}

/**
 * Computes the risk-coverage curve (El-Yaniv and Wiener 2010; its area: Geifman, Uziel and El-Yaniv 2019): the share of wrong
 * answers when only the most confident ones are given. Answers with equal confidence have no order; within such a group the
 * expected risk is used, as if its wrong answers were spread evenly.
 * @returns null if no question is answered, or an answer has no confidence
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
 * How many answers are covered and how many of them are wrong, after each group of equally confident ones (within a group, any
 * order would be arbitrary).
 * @param answers `wrong`: 0 to 1, an expectation if an answer was drawn several times
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

/** About `most` of the points, evenly spread; the last one is always kept. */
export function thinned<T>(points: readonly T[], most: number): T[] {
  const step = Math.max(1, Math.ceil(points.length / most))
  return points.filter((_, index) => (points.length - 1 - index) % step === 0)
}
