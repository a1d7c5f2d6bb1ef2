import { GraitError } from '../errors.js'
import type { Candidate, Group, SelectionRequest } from './method.js'

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
 * The first `count`; all there are where they are fewer, with a note.
 * @throws GraitError too_few_questions where the request is strict
 */
export function takeFirst<T>(members: readonly T[], count: number, what: string, strict: boolean, notes: string[]): T[] {
  if (members.length < count) {
    const message = `${what} has ${members.length} questions to choose from, but ${count} were asked for`
    if (strict) {
      throw new GraitError('too_few_questions', message, {
        hint: 'Ask for fewer (selection.known, selection.unknown), give more questions, or set selection.strictCounts to false.',
        details: { available: members.length, asked: count },
      })
    }
    notes.push(`${message}; all of them are taken`)
  }
  return members.slice(0, count)
}
