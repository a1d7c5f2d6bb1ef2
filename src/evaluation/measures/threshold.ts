import type { Outcome } from './outcome.js'
import { type ConfidentAnswer, riskCoverage, surestFirst } from './risk-coverage.js'

/**
 * The threshold on the confidence at which refusing pays most: answers whose confidence is not above it are refused. A right answer is
 * worth 1 and a wrong one -Pc1 / Pw1 to THS, so the best of all thresholds is found in one pass. Of equal ones, the one that refuses
 * least is taken. Null: refusing more does not pay, or nothing can be compared.
 * @param answers of the part that thresholds are set on, never of the test
 * @param initial Pc1 and Pw1 on the same questions
 */
export function thresholdForThs(answers: readonly ConfidentAnswer[], initial: { pc: number; pw: number }): number | null {
  if (initial.pw === 0 || riskCoverage(answers) === null) return null
  const exchangeRate = initial.pc / initial.pw
  const given = answers.filter(({ outcome }) => outcome !== 'refused')
  const curve = surestFirst(
    given.map(({ confidence, outcome }) => ({ confidence: confidence as number, wrong: outcome === 'correct' ? 0 : 1 })),
  )
  const worth = ({ covered, wrong }: { covered: number; wrong: number }) => covered - wrong - exchangeRate * wrong
  const best = curve.reduce((most, point) => (worth(point) >= worth(most) ? point : most), { covered: 0, wrong: 0 })
  const confidences = given.map(({ confidence }) => confidence as number).sort((a, b) => b - a)
  return confidences[best.covered] ?? null
}

/** The outcomes if answers whose confidence is not above the threshold are refused. */
export function refusedBelow(answers: readonly ConfidentAnswer[], threshold: number | null): Outcome[] {
  return answers.map(({ outcome, confidence }) =>
    threshold !== null && confidence !== undefined && confidence <= threshold ? 'refused' : outcome,
  )
}
