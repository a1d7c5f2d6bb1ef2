import { GraitError } from '../errors.js'
import type { Candidate, Group, SelectionRequest } from './method.js'
import { inSubjectShares } from './subject-shares.js'

const NONE: Record<Group, string> = {
  ik: 'there is no known question',
  idk: 'there is no unknown question',
}

/**
 * The candidates of one group.
 * @throws GraitError empty_group naming the group, the threshold and the candidate nearest to it
 */
export function groupOf<T extends Pick<Candidate, 'group' | 'correctness'>>(
  candidates: readonly T[],
  group: Group,
  { threshold }: Pick<SelectionRequest, 'threshold'>,
): T[] {
  const members = candidates.filter((candidate) => candidate.group === group)
  if (members.length > 0) return members
  throw emptyGroup(group, candidates, threshold)
}

/** Says how far the nearest candidate is from the group, and which threshold would include it. */
function emptyGroup(group: Group, candidates: readonly Pick<Candidate, 'correctness'>[], threshold: number | undefined): GraitError {
  const bound = threshold === undefined ? 'the threshold of correctness' : `correctness ${threshold} (knowledge.threshold)`
  const known = group === 'ik'
  const extreme = candidates.reduce((found, { correctness }) => (known ? Math.max : Math.min)(found, correctness), known ? 0 : 1)
  // Rounded away from the threshold, so that the value shown works as a setting.
  const nearest = (known ? Math.floor(1000 * extreme) : Math.ceil(1000 * extreme)) / 1000
  const none = `none ${known ? 'reaches' : 'stays below'} ${bound}`
  const found = candidates.length === 0 ? '' : `; the ${known ? 'highest' : 'lowest'} is ${nearest}`
  const setting = known ? `Lower knowledge.threshold to ${nearest} or less` : `Raise knowledge.threshold above ${nearest}`
  const questions = `questions that this model can${known ? '' : 'not'} answer.`
  return new GraitError('empty_group', `${NONE[group]}: of ${candidates.length} questions ${none}${found}`, {
    hint: nearest > 0 && nearest < 1 ? `${setting}, or give ${questions}` : `Give ${questions}`,
    details: { group, threshold: threshold ?? null, questions: candidates.length },
  })
}

/**
 * The first `count` candidates, in proportion to the subjects if requested; if there are fewer, all of them, with a note.
 * @throws GraitError too_few_questions if there are fewer and the request is strict
 */
export function takeFirst(
  order: readonly Candidate[],
  count: number,
  what: string,
  { bySubject, seed, strictCounts }: SelectionRequest,
  notes: string[],
): Candidate[] {
  if (order.length < count) {
    const message = `there are fewer ${what} than were asked for, ${order.length} of ${count}`
    if (strictCounts) {
      throw new GraitError('too_few_questions', message, {
        hint: 'Ask for fewer (selection.known, selection.unknown), give more questions, or set selection.strictCounts to false.',
        details: { available: order.length, asked: count },
      })
    }
    notes.push(`${message}; all of them are taken`)
  }
  return bySubject === true ? inSubjectShares(order, count, seed) : order.slice(0, count)
}
