import { GraitError } from '../errors.js'
import type { JudgedAnswer, Outcome } from './measures/outcome.js'
import { INIT_BASIC } from './result-rows.js'

/** The judged answers of one method and seed on one data set. */
export interface JudgedSet {
  method: string
  seed: number
  dataset: string
  answers: readonly JudgedAnswer[]
  /** Answers to other questions, on which the threshold of the confidence is set; the same questions for every method. */
  validation?: readonly JudgedAnswer[] | undefined
  /** The threshold of the confidence, if it is known already; in place of `validation`. */
  threshold?: number | undefined
  /** `answers` before those of low confidence were refused, of a method that does no more than this. */
  ungated?: readonly JudgedAnswer[] | undefined
}

/** Init-Basic on the same data set; with the same seed if there are several. */
export function initialFor({ dataset, seed }: JudgedSet, sets: readonly JudgedSet[]): JudgedSet | undefined {
  const candidates = sets.filter((set) => set.method === INIT_BASIC && set.dataset === dataset)
  return candidates.find((set) => set.seed === seed) ?? candidates[0]
}

/** The outcomes of `set` in the order of the questions of `reference`. */
export function alignedOutcomes(set: JudgedSet, reference: JudgedSet): Outcome[] {
  const byId = new Map(set.answers.map(({ id, outcome }) => [id, outcome]))
  const outcomes = reference.answers.map(({ id }) => {
    const outcome = byId.get(id)
    if (outcome === undefined) throw differentQuestions(set, reference, id)
    return outcome
  })
  const extra = byId.size > outcomes.length ? set.answers.find(({ id }) => !reference.answers.some((other) => other.id === id)) : undefined
  if (extra !== undefined) throw differentQuestions(reference, set, extra.id)
  return outcomes
}

function differentQuestions(lacking: JudgedSet, having: JudgedSet, id: string): GraitError {
  return new GraitError(
    'data_invalid',
    `${lacking.dataset}: ${lacking.method} has no answer to question ${id}, but ${having.method} has; they can't be compared`,
    { hint: 'Give answers to the same questions for every method.', details: { dataset: lacking.dataset, method: lacking.method, id } },
  )
}
