import type { StandardSchemaV1 } from '@standard-schema/spec'
import { z } from 'zod'
import { GraitError } from '../../errors.js'
import { nearestName } from '../../nearest-name.js'
import { lineOf, type Place, parsedLine, UniqueIds } from '../question/checked-question.js'
import type { Question } from '../question/question.js'
import { zodId } from '../question/written-id.js'
import { checkedRecord } from './checked-record.js'
import { readLines } from './text-file.js'

const absentIfNull = <T extends z.ZodType>(schema: T) => z.preprocess((value) => value ?? undefined, schema.optional())

/** Validates one line of a predictions file. `predictionSchema` is its public form. */
export const zodPrediction = z.object({
  id: zodId,
  output: z.string({
    error: ({ input }) =>
      `output is ${input === undefined ? 'missing' : input === null ? 'null' : 'no text'}; it must be the text that the model wrote`,
  }),
  confidence: absentIfNull(z.number()),
  probabilities: absentIfNull(z.array(z.number().min(0)).min(1)),
  samples: absentIfNull(z.array(z.string()).min(1)),
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
    const record = parsedLine(text, place)
    const prediction = checkedRecord(zodPrediction, record, place, remedyFor(record))
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

/** Other names that the model's text has in the files of other tools. */
const OTHER_OUTPUTS = [
  'prediction',
  'predicted',
  'answer',
  'response',
  'completion',
  'generation',
  'text',
  'generated_text',
  'model_output',
  'pred',
]

function remedyFor(record: unknown): string {
  const { output, ...others } = (record ?? {}) as Record<string, unknown>
  const other = Object.keys(others).find((key) => OTHER_OUTPUTS.includes(key.toLowerCase()))
  if (output === undefined && other !== undefined) return `Is "${other}" meant for it? Rename it to "output".`
  if (output === null) return 'Write "" if the model wrote nothing; if it was not asked, leave the line out.'
  if (typeof output === 'number') return `Write it in quotes: ${JSON.stringify(String(output))}.`
  return 'A line is {"id": ..., "output": ...}.'
}

function unknownId(id: string, known: ReadonlySet<string>, place: Place): GraitError {
  const near = nearestName(id, [...known].slice(0, 20_000))
  const hint = near === undefined ? 'Are --dataset and --split those that the predictions were made for?' : `Did you mean ${near}?`
  return new GraitError('data_invalid', `${place.where}: no question has the id ${JSON.stringify(id)}`, {
    hint: near === undefined ? hint : `${hint} Or are --dataset and --split others than the predictions were made for?`,
    details: { file: place.file, line: place.line, id },
  })
}
