import type { CancelOptions } from '../../cancellation.js'
import { checkedPrediction, type Prediction } from '../../data/files/checked-prediction.js'
import { QuestionRecords } from '../../data/files/question-records.js'
import type { Question } from '../../data/question/question.js'
import { GraitError } from '../../errors.js'
import { INIT_BASIC } from '../../evaluation/result-rows.js'
import type { AnsweredBy } from './answered-by.js'
import { type Score, type ScoringSettings, scoreMethods } from './score-methods.js'

/** A request to `scoreAnswers`: questions, and the answers that each method gave to them. */
export interface AnsweredQuestions extends ScoringSettings {
  questions: readonly Question[]
  /** The answers of each method, by the method's name. */
  answers: Readonly<Record<string, readonly Prediction[]>>
  /** The initial model's answers to the plain instruction; without them there is no THS. */
  initial?: readonly Prediction[] | undefined
  /** The data set's name in the results; default "questions". */
  dataset?: string | undefined
}

/**
 * Judges and measures answers that are in memory. `scorePredictions` does the same for files.
 * @throws GraitError data_invalid for a question or answer that is malformed, an unknown id, or one id twice
 */
export async function scoreAnswers(request: AnsweredQuestions, { signal }: CancelOptions = {}): Promise<Score> {
  const records = new QuestionRecords()
  for (const [index, question] of request.questions.entries()) {
    const where = `questions[${index}]`
    records.add(question, { file: where, where })
  }
  const { questions, notes } = records.end('questions')
  if (INIT_BASIC in request.answers) {
    throw new GraitError('usage', `no method can be called ${INIT_BASIC}: that is the initial model`, {
      hint: 'Give its answers as "initial".',
    })
  }
  const given = Object.entries({ ...(request.initial && { [INIT_BASIC]: request.initial }), ...request.answers })
  if (given.length === 0)
    throw new GraitError('usage', 'there are no answers to score', { hint: 'Give the answers of at least one method.' })
  const asked = new Map(questions.map((question) => [question.id, question]))
  const methods = given.map(([method, predictions]): AnsweredBy => ({ method, predictions: byId(method, predictions, asked) }))
  const score = await scoreMethods(questions, methods, request.dataset ?? 'questions', request, { signal })
  return { ...score, notes: [...notes, ...score.notes] }
}

function byId(method: string, predictions: readonly Prediction[], asked: ReadonlyMap<string, Question>): Map<string, Prediction> {
  const read = new Map<string, Prediction>()
  for (const [index, prediction] of predictions.entries()) {
    const where = `answers of ${method}, [${index}]`
    const { prediction: checked } = checkedPrediction(prediction, asked, { file: where, where })
    if (read.has(checked.id)) {
      throw new GraitError('data_invalid', `${where}: question ${JSON.stringify(checked.id)} is answered twice`, {
        hint: 'Give one answer to each question.',
      })
    }
    read.set(checked.id, checked)
  }
  return read
}
