import type { Question } from '../../data/question/question.js'
import type { ExperimentData } from './experiment-data.js'

/** One test set: its name in the results, and its questions. */
export interface TestQuestions {
  name: string
  questions: readonly Question[]
}

/** The questions that a run or comparison worked on, after split, subjects and limits. */
export interface RunData {
  /** Questions to learn from (D_src), without the worked examples. */
  train: readonly Question[]
  tests: readonly TestQuestions[]
  /** The questions that thresholds of confidences are set on; none of them is in a test set. */
  thresholds: TestQuestions
  /** Remarks made while the questions were read and divided, for example about repeated questions. */
  notes: readonly string[]
}

/** The part of a run's data that its outcome publishes. */
export function runData({ train, tests, thresholdSet, notes }: ExperimentData): RunData {
  const named = ({ name, questions }: TestQuestions) => ({ name, questions })
  return { train, tests: tests.map(named), thresholds: named(thresholdSet), notes }
}
