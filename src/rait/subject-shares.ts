import { groupBy } from '../data/group-by.js'
import { largestRemainder } from '../data/largest-remainder.js'
import type { Candidate } from './method.js'

/**
 * The first of every subject, `count` in all, so that each subject has the share that it has of the whole (largest
 * remainder). Questions without a subject are one of their own.
 * @param order best first; so is what is given back
 */
export function inSubjectShares(order: readonly Candidate[], count: number, seed: number): Candidate[] {
  if (order.length <= count) return [...order]
  const bySubject = groupBy(order, ({ subject }) => subject ?? '')
  const shares = [...bySubject].map(([subject, members]) => ({ subject, share: (count * members.length) / order.length }))
  const quotas = largestRemainder(shares, count, seed)
  const taken = new Set([...bySubject].flatMap(([subject, members]) => members.slice(0, quotas.get(subject))))
  return order.filter((candidate) => taken.has(candidate))
}
