import { groupBy } from '../group-by.js'
import { largestRemainder } from '../largest-remainder.js'
import type { Candidate } from './method.js'

/** The subject that a candidate or question is counted under; those without a subject form their own. */
export function subjectOf({ subject }: { subject?: string | undefined }): string {
  return subject ?? ''
}

/** The number of questions from each subject, `count` in total, in proportion to the subjects (largest remainder). */
export function subjectQuotas(candidates: readonly Pick<Candidate, 'subject'>[], count: number, seed: number): Map<string, number> {
  const shares = [...groupBy(candidates, subjectOf)].map(([subject, members]) => ({
    subject,
    share: (count * members.length) / candidates.length,
  }))
  return largestRemainder(shares, count, seed)
}

/**
 * The first of every subject, `count` in total, in proportion to the subjects.
 * @param order best first; the result has the same order
 */
export function inSubjectShares(order: readonly Candidate[], count: number, seed: number): Candidate[] {
  if (order.length <= count) return [...order]
  const quotas = subjectQuotas(order, count, seed)
  const taken = new Set([...groupBy(order, subjectOf)].flatMap(([subject, members]) => members.slice(0, quotas.get(subject))))
  return order.filter((candidate) => taken.has(candidate))
}
