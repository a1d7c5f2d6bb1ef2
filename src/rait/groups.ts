import { GraitError } from '../errors.js'
import type { Candidate, Group, SelectionRequest } from './method.js'
import { inSubjectShares } from './subject-shares.js'

const NAMES: Record<Group, string> = {
  ik: 'D_ik (questions that the model knows)',
  idk: 'D_idk (questions that it does not know)',
}

/**
 * The candidates of one group.
 * @throws GraitError empty_group naming the group and the threshold
 */
export function groupOf<T extends Pick<Candidate, 'group'>>(
  candidates: readonly T[],
  group: Group,
  { threshold }: Pick<SelectionRequest, 'threshold'>,
): T[] {
  const members = candidates.filter((candidate) => candidate.group === group)
  if (members.length > 0) return members
  const side = group === 'ik' ? 'reaches' : 'stays below'
  const bound = threshold === undefined ? 'the threshold of correctness' : `correctness ${threshold} (knowledge.threshold)`
  throw new GraitError('empty_group', `${NAMES[group]} is empty: of ${candidates.length} questions none ${side} ${bound}`, {
    hint: `${group === 'ik' ? 'Lower' : 'Raise'} knowledge.threshold, or give other questions.`,
    details: { group, threshold: threshold ?? null, questions: candidates.length },
  })
}

/**
 * The first `count`, of every subject its share where the request says so; all there are where they are fewer, with a note.
 * @throws GraitError too_few_questions where the request is strict
 */
export function takeFirst(
  order: readonly Candidate[],
  count: number,
  what: string,
  { bySubject, seed, strictCounts }: SelectionRequest,
  notes: string[],
): Candidate[] {
  if (order.length < count) {
    const message = `${what} has ${order.length} questions to choose from, but ${count} were asked for`
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
