import { groupBy } from './group-by.js'
import { seededHash, seededOrder } from './hash.js'
import type { Question } from './question.js'

/**
 * A seeded subset of n questions that keeps the proportions of the subjects (largest remainder) and the order of the
 * questions. Which questions of a subject are taken depends on seed and id alone.
 */
export function sampleQuestions(questions: readonly Question[], n: number, seed: number): Question[] {
  if (n >= questions.length) return [...questions]
  const bySubject = groupBy(questions, (question) => question.subject ?? '')
  const quotas = largestRemainder(
    [...bySubject].map(([subject, members]) => ({ subject, share: (n * members.length) / questions.length })),
    n,
    seed,
  )
  const chosen = new Set<string>()
  for (const [subject, members] of bySubject) {
    for (const question of seededOrder(members, seed, ({ id }) => id).slice(0, quotas.get(subject))) chosen.add(question.id)
  }
  return questions.filter(({ id }) => chosen.has(id))
}

/** Whole numbers that sum to `total`, each the share rounded down or up; equal remainders go by a seeded hash. */
function largestRemainder(shares: { subject: string; share: number }[], total: number, seed: number): Map<string, number> {
  const quotas = new Map(shares.map(({ subject, share }) => [subject, Math.floor(share)]))
  let left = total - [...quotas.values()].reduce((sum, quota) => sum + quota, 0)
  const remainder = ({ share }: { share: number }) => share - Math.floor(share)
  const order = shares
    .map((entry) => ({ ...entry, hash: seededHash(seed, entry.subject) }))
    .sort((a, b) => remainder(b) - remainder(a) || a.hash - b.hash)
  for (const { subject } of order) {
    if (left-- <= 0) break
    quotas.set(subject, (quotas.get(subject) as number) + 1)
  }
  return quotas
}
