import { GraitError } from '../errors.js'
import type { Candidate, Choice, Selection, SelectionRequest, Target } from './method.js'
import { shuffled } from './order.js'
import { subjectOf, subjectQuotas } from './subject-shares.js'

/** A target of a question and its weight, before the weights are scaled. */
export interface Pair {
  target: Target
  /** Pairs of weight 0 are left out. */
  weight: number
}

/**
 * Training pairs of random questions, up to the budget of `known + unknown` pairs; a question comes with all its pairs or not at all.
 * The weights are scaled to a mean of 1, so that every method trains with the same total weight.
 * @param pairsOf the pairs of one question
 * @throws GraitError empty_group without a pair, too_few_questions if the request is strict
 */
export function randomPairs(
  candidates: readonly Candidate[],
  request: SelectionRequest,
  pairsOf: (candidate: Candidate) => readonly Pair[],
): Selection {
  return pairsInOrder(shuffled(candidates, request.seed), request, pairsOf)
}

/**
 * The same of the first questions of an order.
 * @param order best first
 */
export function pairsInOrder(
  order: readonly Candidate[],
  request: SelectionRequest,
  pairsOf: (candidate: Candidate) => readonly Pair[],
): Selection {
  const budget = request.known + request.unknown
  const offered = order.map((candidate) => ({
    candidate,
    pairs: pairsOf(candidate).filter(({ weight }) => weight > 0),
  }))
  const all = offered.reduce((sum, { pairs }) => sum + pairs.length, 0)
  const room = request.bySubject === true && all > budget ? subjectQuotas(order, budget, request.seed) : undefined
  const chosen: Choice[] = []
  for (const { candidate, pairs } of offered) {
    const subject = subjectOf(candidate)
    const left = room?.get(subject) ?? budget - chosen.length
    if (pairs.length > left) continue
    room?.set(subject, left - pairs.length)
    chosen.push(...pairs.map(({ target, weight }): Choice => ({ id: candidate.id, group: candidate.group, target, weight })))
  }
  if (chosen.length === 0) throw new GraitError('empty_group', 'no question has a target to train on', { hint: 'Give more questions.' })
  const mean = chosen.reduce((sum, { weight }) => sum + weight, 0) / chosen.length
  return { chosen: chosen.map((choice) => ({ ...choice, weight: choice.weight / mean })), notes: fewer(chosen.length, budget, request) }
}

/** One pair may be missing because the last question has two. */
function fewer(pairs: number, budget: number, { strictCounts }: SelectionRequest): string[] {
  if (pairs >= budget - 1) return []
  const message = `there are fewer training pairs than were asked for, ${pairs} of ${budget}`
  if (!strictCounts) return [`${message}; all of them are taken`]
  throw new GraitError('too_few_questions', message, {
    hint: 'Ask for fewer (selection.known, selection.unknown), give more questions, or set selection.strictCounts to false.',
    details: { available: pairs, asked: budget },
  })
}
