import { type CancelOptions, givingWay } from '../../cancellation.js'
import type { Prediction } from '../../data/files/checked-prediction.js'
import type { Question } from '../../data/question/question.js'
import { GraitError } from '../../errors.js'
import { optionConfidence, sampleAgreement } from '../../evaluation/confidence/given-confidence.js'
import type { JudgedSet } from '../../evaluation/judged-set.js'
import { type JudgeSettings, judge } from '../../evaluation/judging/judge.js'
import type { JudgedAnswer } from '../../evaluation/measures/outcome.js'
import type { BootstrapSettings } from '../../evaluation/resampling/bootstrap.js'
import type { Results } from '../../evaluation/result-rows.js'
import { buildResults } from '../../evaluation/results.js'
import { confidenceNote, echoNote, failureNote } from './answer-notes.js'
import type { AnsweredBy } from './answered-by.js'

/** Settings for scoring: how answers are judged, and what happens to questions without an answer. */
export interface ScoringSettings {
  /** Score only questions that every method answers; by default a missing answer counts as unparseable. */
  skipMissing?: boolean | undefined
  /**
   * Thresholds by method, set on other questions than these: the results say what comes of refusing answers whose confidence is not above
   * them, too.
   */
  thresholds?: Readonly<Record<string, number>> | undefined
  /** Judging rules; what is left out has its default. */
  judging?: JudgeSettings | undefined
  /** Resamples and seed of the intervals. */
  bootstrap?: BootstrapSettings | undefined
}

/** The scores of answers or counts: results and notes. */
export interface Score {
  results: Results
  /** Notes for the reader of the results: missing answers, what was read. */
  notes: string[]
}

/** Judges and measures the answers of every method. @throws GraitError data_invalid if no question is left */
export async function scoreMethods(
  asked: readonly Question[],
  methods: readonly AnsweredBy[],
  dataset: string,
  { skipMissing = false, thresholds = {}, judging, bootstrap }: ScoringSettings,
  { signal }: CancelOptions = {},
): Promise<Score> {
  refuseThresholds(thresholds, methods)
  const notes = methods.flatMap((method) => [
    ...missingNote(method, asked, skipMissing),
    ...failureNote(method, asked),
    ...echoNote(method, asked),
  ])
  const questions = skipMissing ? asked.filter(({ id }) => methods.every(({ predictions }) => predictions.has(id))) : asked
  if (questions.length === 0) {
    throw new GraitError('data_invalid', 'no question is answered by every method', { hint: 'Score the methods one by one.' })
  }
  const giveWay = givingWay(signal)
  const sets: JudgedSet[] = []
  for (const answered of methods) {
    const { method, predictions } = answered
    const answers: JudgedAnswer[] = []
    for (const question of questions) {
      answers.push(judged(question, predictions.get(question.id), judging))
      await giveWay()
    }
    notes.push(...confidenceNote(answered, answers))
    const threshold = thresholds[method]
    if (threshold !== undefined) requireConfidences(method, answers)
    sets.push({ method, seed: 0, dataset, answers, threshold })
  }
  return { results: await buildResults(sets, { ...bootstrap, compareWithInitial: true }, { signal }), notes }
}

/** @throws GraitError usage for a threshold of a method that is not scored, or that is no number */
function refuseThresholds(thresholds: Readonly<Record<string, number>>, methods: readonly AnsweredBy[]): void {
  const names = methods.map(({ method }) => method)
  for (const [method, threshold] of Object.entries(thresholds)) {
    if (!names.includes(method)) {
      throw new GraitError('usage', `there is a threshold for ${JSON.stringify(method)}, and no answers of it`, {
        hint: `Name one of ${names.join(', ')}.`,
      })
    }
    if (!Number.isFinite(threshold)) {
      throw new GraitError('usage', `the threshold of ${method} is ${threshold}`, {
        hint: 'Give a number on the scale of its confidences.',
      })
    }
  }
}

/** @throws GraitError data_invalid if an answer that is no refusal has no confidence */
function requireConfidences(method: string, answers: readonly JudgedAnswer[]): void {
  const without = answers.find(({ outcome, confidence }) => outcome !== 'refused' && confidence === undefined)
  if (without === undefined) return
  throw new GraitError('data_invalid', `${method} has a threshold, and its answer to ${without.id} has no confidence`, {
    hint: 'Give a confidence with every answer, or leave the threshold out.',
  })
}

function judged(question: Question, prediction: Prediction | undefined, judging: JudgeSettings | undefined): JudgedAnswer {
  return {
    id: question.id,
    outcome: judge(question, prediction?.output ?? '', judging).outcome,
    subject: question.subject,
    confidence: prediction && confidenceOf(prediction),
  }
}

function confidenceOf({ output, confidence, probabilities, samples }: Prediction): number | undefined {
  if (confidence !== undefined) return confidence
  if (probabilities !== undefined) return optionConfidence(probabilities)
  return samples && sampleAgreement(output, samples)
}

function missingNote({ method, source = method, predictions }: AnsweredBy, questions: readonly Question[], skipped: boolean): string[] {
  const missing = questions.filter(({ id }) => !predictions.has(id))
  const first = missing[0]
  if (first === undefined) return []
  const then = skipped ? 'they are left out' : 'they count as unparseable (--skip-missing leaves them out)'
  return [`${source}: ${missing.length} of ${questions.length} questions have no prediction, the first is ${first.id}; ${then}`]
}
