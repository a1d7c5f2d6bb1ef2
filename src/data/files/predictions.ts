import type { StandardSchemaV1 } from '@standard-schema/spec'
import { z } from 'zod'
import { GraitError } from '../../errors.js'
import { nearestName } from '../../nearest-name.js'
import { lineOf, type Place, parsedLine, UniqueIds } from '../question/checked-question.js'
import type { Question } from '../question/question.js'
import { checkedRecord } from './checked-record.js'
import { readLines } from './text-file.js'

/** Validates one line of a predictions file. `predictionSchema` is its public form. */
export const zodPrediction = z.object({
  id: z.string({ error: 'id is missing; it must be the id of a question' }).min(1),
  output: z.string({ error: 'output is missing; it must be the text that the model wrote' }),
  confidence: z.number().optional(),
  probabilities: z.array(z.number().min(0)).min(1).optional(),
  samples: z.array(z.string()).min(1).optional(),
})
/** One line of a predictions file: an answer that a model gave outside this package. */
export interface Prediction extends z.infer<typeof zodPrediction> {}

/**
 * Schema of one line of a predictions file: a model's output for the question with that id. Confidence is optional: a number, or
 * what it is computed from, the probabilities of the options or several samples of the answer. For every library that understands
 * Standard Schema (standardschema.dev).
 */
export const predictionSchema: StandardSchemaV1<unknown, Prediction> = zodPrediction

/**
 * Reads a JSON Lines file of predictions, keyed by question id.
 * @param questions the questions that may be answered
 * @throws GraitError data_not_found, data_invalid (malformed, an id that no question has, one id twice) with file and line
 */
export async function readPredictions(
  path: string,
  questions: readonly Question[],
  signal?: AbortSignal,
): Promise<Map<string, Prediction>> {
  const known = new Set(questions.map(({ id }) => id))
  const predictions = new Map<string, Prediction>()
  const ids = new UniqueIds('Give each question one line.')
  for await (const { number, text } of readLines(path, signal)) {
    if (text.trim() === '') continue
    const place = lineOf(path, number)
    const prediction = checkedRecord(zodPrediction, parsedLine(text, place), place, 'A line is {"id": ..., "output": ...}.')
    if (!known.has(prediction.id)) throw unknownId(prediction.id, known, place)
    ids.add(prediction.id, place)
    predictions.set(prediction.id, prediction)
  }
  if (predictions.size > 0) return predictions
  throw new GraitError('data_invalid', `${path}: holds no predictions`, {
    hint: 'Write one {"id": ..., "output": ...} a line.',
    details: { file: path },
  })
}

function unknownId(id: string, known: ReadonlySet<string>, place: Place): GraitError {
  const near = nearestName(id, [...known].slice(0, 20_000))
  const hint = near === undefined ? 'Are --dataset and --split those that the predictions were made for?' : `Did you mean ${near}?`
  return new GraitError('data_invalid', `${place.where}: no question has the id ${JSON.stringify(id)}`, {
    hint: near === undefined ? hint : `${hint} Or are --dataset and --split others than the predictions were made for?`,
    details: { file: place.file, line: place.line, id },
  })
}
