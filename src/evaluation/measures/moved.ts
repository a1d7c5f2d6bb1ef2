import { CLASS_OF, type JudgedAnswer } from './outcome.js'

/** Unparseable answers count as wrong here, as in Pw. */
export const MOVEMENTS = ['wrong->refused', 'right->refused', 'wrong->right', 'wrong->wrong', 'right->wrong', 'right->right'] as const
/** How the outcome of a question changed from the initial to the tuned model, for example `wrong->refused`. */
export type Movement = (typeof MOVEMENTS)[number] | 'refused->right' | 'refused->wrong' | 'refused->refused'

/** Question ids by their change of outcome from the initial to the final answers, in the order of the final ones. */
export function movedQuestions(initial: readonly JudgedAnswer[], final: readonly JudgedAnswer[]): Map<Movement, string[]> {
  const before = new Map(initial.map(({ id, outcome }) => [id, outcome]))
  const moved = new Map<Movement, string[]>(MOVEMENTS.map((movement) => [movement, []]))
  for (const { id, outcome } of final) {
    const was = before.get(id)
    if (was === undefined) continue
    const movement: Movement = `${CLASS_OF[was]}->${CLASS_OF[outcome]}`
    const ids = moved.get(movement)
    if (ids === undefined) moved.set(movement, [id])
    else ids.push(id)
  }
  return moved
}
