import { GraitError } from '../../errors.js'
import type { Outcome } from './outcome.js'

/** Measures of how well a method refuses, compared with the initial model on the same questions. Percent; null if the denominator is 0. */
export interface RefusalMeasures {
  /** Of the questions that the initial model answers correctly, the share that the method refuses. Lower is better. */
  overRefusal: number | null
  /** Of the questions that the initial model answers wrongly, the share that the method still answers wrongly. Lower is better. */
  hallucinationLeft: number | null
  /** Of the questions that the method refuses, the share that the initial model does not answer correctly. Higher is better. */
  refusalPrecision: number | null
  /** Of the questions that the initial model does not answer correctly, the share that the method refuses. Higher is better. */
  refusalRecall: number | null
}

/**
 * Measures whether a method refuses the right questions (docs/measures.md, "Refusing the right questions"). An unparseable
 * answer counts as wrong; a question that the initial model refuses counts as not answered correctly.
 * @param initial Init-Basic's outcomes, [questions]
 * @param method the method's outcomes on the same questions in the same order
 */
export function refusalMeasures(initial: readonly Outcome[], method: readonly Outcome[]): RefusalMeasures {
  if (initial.length !== method.length) {
    throw new GraitError('data_invalid', `${method.length} answers can't be paired with ${initial.length} of Init-Basic`)
  }
  const count = (holds: (before: Outcome, now: Outcome) => boolean) =>
    method.reduce((sum, now, question) => sum + (holds(initial[question] as Outcome, now) ? 1 : 0), 0)
  const right = count((before) => before === 'correct')
  const wrong = count((before) => isWrong(before))
  const refused = count((_, now) => now === 'refused')
  const aptlyRefused = count((before, now) => before !== 'correct' && now === 'refused')
  return {
    overRefusal: percent(refused - aptlyRefused, right),
    hallucinationLeft: percent(
      count((before, now) => isWrong(before) && isWrong(now)),
      wrong,
    ),
    refusalPrecision: percent(aptlyRefused, refused),
    refusalRecall: percent(aptlyRefused, method.length - right),
  }
}

function isWrong(outcome: Outcome): boolean {
  return outcome === 'wrong' || outcome === 'unparseable'
}

function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : (100 * part) / whole
}
