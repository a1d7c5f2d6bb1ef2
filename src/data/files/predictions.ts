import type { StandardSchemaV1 } from '@standard-schema/spec'
import { GraitError } from '../../errors.js'
import { UniqueIds } from '../question/checked-question.js'
import type { Question } from '../question/question.js'
import { checkedPrediction, meantBy, type Prediction, zodPrediction } from './checked-prediction.js'
import { shortList } from './own-questions.js'
import { ownRecords } from './own-records.js'

/**
 * Schema of one line of a predictions file: a model's output for the question with that id. Confidence is optional: a number, or
 * what it is computed from, the probabilities of the options or several samples of the answer. For every library that understands
 * Standard Schema (standardschema.dev).
 */
export const predictionSchema: StandardSchemaV1<unknown, Prediction> = zodPrediction

/** The predictions of a file, by question id, and what a reader of the results should know about how it was read. */
export interface Predictions {
  predictions: Map<string, Prediction>
  notes: string[]
}

/**
 * Reads a file of predictions: JSON Lines, or one JSON list.
 * @param questions the questions that may be answered
 * @throws GraitError data_not_found, data_invalid (malformed, an id that no question has, one id twice) with file and line
 */
export async function readPredictions(path: string, questions: readonly Question[], signal?: AbortSignal): Promise<Predictions> {
  if (/\.(?:csv|tsv|tab|xlsx?|parquet)$/i.test(path)) {
    throw new GraitError('data_invalid', `${path}: predictions are JSON Lines, not a table`, {
      hint: 'Write one {"id": ..., "output": ...} a line; in pandas: frame.to_json(FILE, orient="records", lines=True).',
      details: { file: path },
    })
  }
  const known = new Map(questions.map((question) => [question.id, question]))
  const predictions = new Map<string, Prediction>()
  const others = new Set<string>()
  const ids = new UniqueIds('Give each question one line.')
  for await (const { record, place } of ownRecords(path, signal)) {
    const { prediction, unread } = checkedPrediction(record, known, place)
    ids.add(prediction.id, place)
    predictions.set(prediction.id, prediction)
    for (const key of unread) others.add(key)
  }
  if (predictions.size > 0) return { predictions, notes: unreadNote(path, [...others]) }
  throw new GraitError('data_invalid', `${path}: holds no predictions`, {
    hint: 'Write one {"id": ..., "output": ...} a line.',
    details: { file: path },
  })
}

function unreadNote(path: string, keys: readonly string[]): string[] {
  if (keys.length === 0) return []
  const named = keys.map((key) =>
    ['confidence', 'probabilities', 'samples'].includes(meantBy(key) ?? '') ? `${key} (is it ${meantBy(key)}?)` : key,
  )
  return [`${path}: keys that are not read: ${shortList(named)}`]
}
