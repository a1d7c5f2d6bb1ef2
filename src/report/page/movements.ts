import type { Outcome } from '../../evaluation/measures/outcome.js'
import { INIT_BASIC } from '../../evaluation/result-rows.js'
import { type Flow, PLACES, type Place } from '../charts/outcome-flow.js'
import type { TestedQuestions } from '../report-data.js'
import { answersOf } from './shown.js'

export const PLACE: Record<Outcome, Place> = { correct: 'right', wrong: 'wrong', refused: 'refused', unparseable: 'wrong' }

/** Number of questions for each pair of outcomes, of the initial and the tuned model. Unparseable counts as wrong. */
export function movementsOf(test: TestedQuestions, { method, seed }: { method: string; seed: number }): Flow[] {
  const before = answersOf(test, INIT_BASIC)
  const after = answersOf(test, method, seed)
  const counts = new Map<string, number>()
  for (const { id } of test.questions) {
    const [from, to] = [before?.byId.get(id), after?.byId.get(id)]
    if (from === undefined || to === undefined) continue
    const key = `${PLACE[from.outcome]} ${PLACE[to.outcome]}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return PLACES.flatMap((from) => PLACES.map((to) => ({ from, to, count: counts.get(`${from} ${to}`) ?? 0 })))
}
