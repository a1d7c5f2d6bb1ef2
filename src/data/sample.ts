import { groupBy } from '../group-by.js'
import { largestRemainder } from '../largest-remainder.js'
import { seededOrder } from '../seeded-hash.js'
import type { Question } from './question/question.js'

/**
 * Draws a seeded sample of n questions that keeps the proportions of the subjects (largest remainder) and the order of the
 * questions. Which questions of a subject are taken depends only on the seed and the ids.
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
