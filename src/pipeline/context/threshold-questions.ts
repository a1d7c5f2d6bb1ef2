import type { Question } from '../../data/question/question.js'
import { sampleQuestions } from '../../data/sample.js'

/** Questions on which thresholds of confidences are set: none of them is in a test set. */
export interface ThresholdQuestions {
  questions: Question[]
  /** Whether they are among those that models are tuned on: then they say nothing about a tuned model's confidence. */
  trainedOn: boolean
}

/** A threshold is one number: more questions make it little better, and every model is asked all of them. */
const MOST = 500

export interface ThresholdParts {
  /** The validation part of the split; empty if the questions were not split, or if it is the part that is tested. */
  validation: readonly Question[]
  /** Questions of `data.train` that are neither trained on, nor shown as examples, nor tested. */
  unused: readonly Question[]
  /** D_src. */
  train: readonly Question[]
}

/**
 * The questions that thresholds are set on (docs/method.md, step 6): the validation part; without one, as many questions that
 * `data.limit` left over; if these are too few, questions of D_src. Drawn by a seeded hash of the ids.
 * @param limit how many are wanted; null: `share` of D_src
 */
export function thresholdQuestions(
  { validation, unused, train }: ThresholdParts,
  { limit, share, seed }: { limit: number | null; share: number; seed: number },
): ThresholdQuestions {
  const wanted = limit ?? Math.min(MOST, Math.max(1, Math.round(share * train.length)))
  const draw = (questions: readonly Question[], n: number) => sampleQuestions(questions, n, seed)
  if (validation.length > 0) return { questions: draw(validation, limit ?? MOST), trainedOn: false }
  if (unused.length >= wanted) return { questions: draw(unused, wanted), trainedOn: false }
  return { questions: draw(train, wanted), trainedOn: true }
}
