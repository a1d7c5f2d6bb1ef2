import type { Question, RunData } from '../src/index.js'

/** Finds the questions of a run by id. @throws Error for an id that the run does not have */
export function questionLookup({ train, tests }: RunData): (id: string) => Question {
  const byId = new Map([...tests.flatMap(({ questions }) => questions), ...train].map((question) => [question.id, question]))
  return (id) => {
    const question = byId.get(id)
    if (question === undefined) throw new Error(`${id}: no such question in this run`)
    return question
  }
}
