import type { StandardSchemaV1 } from '@standard-schema/spec'
import { checkedQuestion } from './checked-question.js'
import { type Question, zodQuestion } from './question.js'

/** Schema of a question, for every library that understands Standard Schema (standardschema.dev). `parseQuestion` needs none. */
export const questionSchema: StandardSchemaV1<unknown, Question> = zodQuestion

/**
 * Checks a value and returns it as a question; unknown keys are dropped.
 * @param where names the value in the error, for example "row 12"
 * @throws GraitError data_invalid with the field and what to do
 */
export function parseQuestion(value: unknown, where = 'question'): Question {
  return checkedQuestion(value, { file: where, where })
}
