import { z } from 'zod'
import { GraitError } from '../../errors.js'
import { nearestName } from '../../nearest-name.js'
import type { Place } from '../question/checked-question.js'
import type { Question } from '../question/question.js'
import { zodId } from '../question/written-id.js'
import { checkedRecord } from './checked-record.js'
import { probabilitiesProblem, zodProbabilities } from './option-probabilities.js'

const absentIfNull = <T extends z.ZodType>(schema: T) => z.preprocess((value) => value ?? undefined, schema.optional())

/** Validates one line of a predictions file. `predictionSchema` is its public form. */
export const zodPrediction = z.object({
  id: zodId,
  output: z.string({
    error: ({ input }) =>
      `output is ${input === undefined ? 'missing' : input === null ? 'null' : 'no text'}; it must be the text that the model wrote`,
  }),
  confidence: absentIfNull(
    z.number({ error: ({ input }) => `confidence is ${typeof input === 'string' ? 'a text' : 'no number'}; it must be a number` }),
  ),
  probabilities: absentIfNull(zodProbabilities),
  samples: absentIfNull(
    z
      .array(z.string({ error: 'a sample must be a text' }), { error: 'samples must be a list of texts' })
      .min(1, 'samples is empty; it must hold what the model answered each time'),
  ),
})
/** One line of a predictions file: an answer that a model gave outside this package. */
export interface Prediction extends z.infer<typeof zodPrediction> {}

const KEYS = Object.keys(zodPrediction.shape)
const OPTIONAL = ['confidence', 'probabilities', 'samples']

/** A checked answer to one of the questions, and its keys that are not read. */
export interface CheckedPrediction {
  prediction: Prediction
  unread: string[]
}

/**
 * Validates an answer to one of the questions.
 * @throws GraitError data_invalid if it is malformed, no question has its id, or a key seems to be misspelt
 */
export function checkedPrediction(record: unknown, questions: ReadonlyMap<string, Question>, place: Place): CheckedPrediction {
  const prediction = checkedRecord(zodPrediction, record, place, remedyFor(record))
  const question = questions.get(prediction.id)
  if (question === undefined) throw unknownId(prediction.id, questions, place)
  const problem = prediction.probabilities && probabilitiesProblem(prediction.probabilities, question.options?.length)
  if (problem !== undefined) {
    throw refused(
      place,
      `${problem} (id ${JSON.stringify(prediction.id)})`,
      'Give one probability an option, in the order of the options, or leave them out.',
    )
  }
  const unread = Object.keys(record as object).filter((key) => !KEYS.includes(key))
  refuseMisspelt(unread, record as object, place)
  return { prediction, unread }
}

/** A misspelt confidence would be lost without a word. */
function refuseMisspelt(unread: readonly string[], record: object, place: Place): void {
  const absent = OPTIONAL.filter((key) => !(key in record))
  for (const key of unread) {
    const near = nearestName(key, absent)
    if (near !== undefined) throw refused(place, `"${key}" is not read`, `Is it a misspelling of "${near}"? Rename it, or remove it.`)
  }
}

/** Other names that keys have in the files of other tools. */
const OTHER_NAMES: Record<string, readonly string[]> = {
  id: ['qid', 'question_id', 'doc_id', 'idx', 'index', 'uid'],
  output: ['prediction', 'predicted', 'answer', 'response', 'completion', 'generation', 'text', 'generated_text', 'model_output', 'pred'],
  confidence: ['conf', 'score', 'prob', 'certainty', 'logprob'],
  probabilities: ['probs', 'option_probs', 'logprobs', 'scores'],
  samples: ['sampled', 'generations', 'completions', 'responses'],
}

/** The key of a prediction that a key of another name may stand for. */
export function meantBy(key: string): string | undefined {
  return Object.keys(OTHER_NAMES).find((name) => OTHER_NAMES[name]?.includes(key.toLowerCase()))
}

function remedyFor(record: unknown): string {
  const fields = (record ?? {}) as Record<string, unknown>
  const { id, output, confidence } = fields
  const lines = Object.entries(fields)
  if (id === undefined && output === undefined && lines.length > 0 && lines.every(([, value]) => typeof value === 'string')) {
    return 'Write one answer a line (with jq: jq -c \'to_entries[] | {id: .key, output: .value}\' FILE), or call the keys "id" and "output".'
  }
  for (const key of ['id', 'output']) {
    const other = fields[key] === undefined ? Object.keys(fields).find((name) => meantBy(name) === key) : undefined
    if (other !== undefined) return `Is "${other}" meant for it? Rename it to "${key}".`
  }
  if (output === null) return 'Write "" if the model wrote nothing; if it was not asked, leave the line out.'
  if (typeof output === 'number') return `Write it in quotes: ${JSON.stringify(String(output))}.`
  if (Array.isArray(output)) return 'Write one text; several samples of an answer go into "samples".'
  if (typeof confidence === 'string')
    return `Write it without quotes: "confidence": ${Number.isNaN(Number(confidence)) ? '0.9' : Number(confidence)}.`
  if (fields['samples'] !== undefined || fields['probabilities'] !== undefined) return 'Correct it, or leave the key out.'
  return 'A line is {"id": ..., "output": ...}.'
}

function unknownId(id: string, questions: ReadonlyMap<string, Question>, place: Place): GraitError {
  const near = nearestName(id, [...questions.keys()].slice(0, 20_000))
  const hint = near === undefined ? 'Are --dataset and --split those that the predictions were made for?' : `Did you mean ${near}?`
  return refused(
    place,
    `no question has the id ${JSON.stringify(id)}`,
    near === undefined ? hint : `${hint} Or are --dataset and --split others than the predictions were made for?`,
    id,
  )
}

function refused(place: Place, what: string, hint: string, id?: string): GraitError {
  return new GraitError('data_invalid', `${place.where}: ${what}`, { hint, details: { file: place.file, line: place.line, id } })
}
