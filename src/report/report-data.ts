import type { Outcome } from '../evaluation/measures/outcome.js'
import type { Results } from '../evaluation/result-rows.js'

/**
 * Everything that the page of a run or a comparison shows. A run has one tuning (one method, one seed), a comparison one per method
 * and seed; the page is built from the lists in the same way.
 */
export interface ReportData {
  name: string
  /** As configured: embedded:NAME, path:DIR, hub:ORG/NAME. */
  model: string
  /** The command line that repeats the run. */
  command: string
  /** The resolved configuration, YAML. */
  configuration: string
  results: Results
  tests: readonly TestedQuestions[]
  /** T_c: a question counts as known from this correctness on. */
  threshold: number
  /** What the initial model knows of every training question. */
  knowledge: readonly KnownQuestion[]
  tunings: readonly TuningData[]
  making: Making
  /** Notes for the reader, one sentence each: a method that could not be run, a split that was replaced. */
  notes?: readonly string[] | undefined
}

/** A test set with the answers of each method and seed. */
export interface TestedQuestions {
  dataset: string
  questions: readonly AskedQuestion[]
  answers: readonly GivenAnswers[]
}

export interface AskedQuestion {
  id: string
  question: string
  /** A right answer, as text. */
  answer: string
  subject?: string | undefined
}

export interface GivenAnswers {
  /** `init-basic` and `init-refuse` are the initial model. */
  method: string
  seed: number
  byId: ReadonlyMap<string, { output: string; outcome: Outcome }>
}

export interface KnownQuestion extends AskedQuestion {
  correctness: number
  certainty: number
}

/** The training questions of one method and seed, and how the training went. */
export interface TuningData {
  method: string
  seed: number
  /** Every training question. */
  candidates: readonly TrainingCandidate[]
  /** Of every optimizer step. */
  losses: readonly number[]
}

export interface TrainingCandidate {
  id: string
  group: 'ik' | 'idk'
  correctness: number
  /** Null if the method did not request it. */
  refusalInfluence: number | null
  overRefusalInfluence: number | null
  selected: boolean
  /** The weight with which it was trained to be answered, and to be refused; null if it was not. */
  answerWeight: number | null
  refusalWeight: number | null
}

/** The machine and software of the run, and how long it took. */
export interface Making {
  startedAt: string
  stages: readonly { name: string; reused: boolean; seconds: number }[]
  /** Label and value: device, dtype, processor, versions. */
  facts: readonly (readonly [string, string])[]
}
