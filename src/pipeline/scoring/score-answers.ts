import type { CancelOptions } from '../../cancellation.js'
import { checkedPrediction, type Prediction } from '../../data/files/checked-prediction.js'
import { parseQuestion } from '../../data/question/parse-question.js'
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
  const questions = request.questions.map((question, index) => parseQuestion(question, `questions[${index}]`))
  if (INIT_BASIC in request.answers) {
    throw new GraitError('usage', `no method can be called ${INIT_BASIC}: that is the initial model`, {
      hint: 'Give its answers as "initial".',
    })
  }
  const given = Object.entries({ ...(request.initial && { [INIT_BASIC]: request.initial }), ...request.answers })
  if (given.length === 0)
    throw new GraitError('usage', 'there are no answers to score', { hint: 'Give the answers of at least one method.' })
  const asked = new Map(questions.map((question) => [question.id, question]))
  if (asked.size < questions.length)
    throw new GraitError('data_invalid', 'two questions have the same id', { hint: 'Give every question an id of its own.' })
  const methods = given.map(([method, predictions]): AnsweredBy => ({ method, predictions: byId(method, predictions, asked) }))
  return scoreMethods(questions, methods, request.dataset ?? 'questions', request, { signal })
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
