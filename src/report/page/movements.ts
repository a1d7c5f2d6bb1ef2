import { CLASS_OF } from '../../evaluation/measures/outcome.js'
import { INIT_BASIC } from '../../evaluation/result-rows.js'
import { type Flow, PLACES } from '../charts/outcome-flow.js'
import type { TestedQuestions } from '../report-data.js'
import { answersOf } from './shown.js'

/** Number of questions for each pair of outcomes, of the initial and the tuned model. Unparseable counts as wrong. */
export function movementsOf(test: TestedQuestions, { method, seed }: { method: string; seed: number }): Flow[] {
  const before = answersOf(test, INIT_BASIC)
  const after = answersOf(test, method, seed)
  const counts = new Map<string, number>()
  for (const { id } of test.questions) {
    const [from, to] = [before?.byId.get(id), after?.byId.get(id)]
    if (from === undefined || to === undefined) continue
    const key = `${CLASS_OF[from.outcome]} ${CLASS_OF[to.outcome]}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return PLACES.flatMap((from) => PLACES.map((to) => ({ from, to, count: counts.get(`${from} ${to}`) ?? 0 })))
}
