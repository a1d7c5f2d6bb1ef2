import { createHash } from 'node:crypto'
import type { Question } from './question.js'

/** A question as one line of JSON, its keys always in the same order. */
export function questionLine({ id, kind, question, options, answer, answers, subject, group }: Question): string {
  return JSON.stringify({ id, kind, question, options, answer, answers, subject, group })
}

/** SHA-256, hex, of the questions in their order. Where and how they are stored does not matter. */
export function digestOfQuestions(questions: readonly Question[]): string {
  const hash = createHash('sha256')
  for (const question of questions) hash.update(`${questionLine(question)}\n`)
  return hash.digest('hex')
}
