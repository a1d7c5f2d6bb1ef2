import { z } from 'zod'
import { GraitError } from '../../errors.js'
import type { Place } from '../question/checked-question.js'
import { zodId } from '../question/written-id.js'
import { checkedRecord } from './checked-record.js'
import { zodProbabilities } from './option-probabilities.js'
import { ownRecords } from './own-records.js'

/**
 * A line of answers produced outside this package: `samples` of an open-ended question as drawn, or `probabilities` of the options of a
 * multiple-choice one (each in [0, 1]; they need not add up to 1).
 */
const texts = z.array(z.string({ error: 'a sample must be a text' }), { error: 'samples must be a list of texts' })
const givenSamples = z.object({ id: zodId, samples: texts.min(1, 'samples is empty') })
const givenProbabilities = z.object({ id: zodId, probabilities: zodProbabilities })
export type GivenAnswer = z.infer<typeof givenSamples> | z.infer<typeof givenProbabilities>

const HINT = 'A line is {"id": ..., "samples": [...]} for an open-ended question, {"id": ..., "probabilities": [...]} for multiple choice.'

/** Reads JSON Lines of answers, or one JSON list, by question id. @throws GraitError data_invalid naming file and line */
export async function readGivenAnswers(path: string, signal?: AbortSignal): Promise<Map<string, GivenAnswer>> {
  const answers = new Map<string, GivenAnswer>()
  for await (const { record, place } of ownRecords(path, signal)) {
    const answer = givenAnswer(record, place)
    if (answers.has(answer.id)) {
      throw new GraitError('data_invalid', `${place.where}: a second answer to ${answer.id}`, { hint: 'Give each question one line.' })
    }
    answers.set(answer.id, answer)
  }
  return answers
}

function givenAnswer(record: unknown, place: Place): GivenAnswer {
  const choice = typeof record === 'object' && record !== null && 'probabilities' in record
  return checkedRecord<GivenAnswer>(choice ? givenProbabilities : givenSamples, record, place, HINT)
}
