import type { Outcome } from '../evaluation/measures/outcome.js'
import type { Results } from '../evaluation/result-rows.js'

/**
 * All that the page of a run or a comparison shows. A run has one tuning (one method, one seed), a comparison one a method and
 * seed; the page is built from the lists alike.
 */
export interface ReportData {
  name: string
  /** As configured: embedded:NAME, path:DIR, hub:ORG/NAME. */
  model: string
  /** The command line that makes the same again. */
  command: string
  /** The resolved configuration, YAML. */
  configuration: string
  results: Results
  tests: readonly TestedQuestions[]
  /** T_c: from this correctness on a question counts as known. */
  threshold: number
  /** D_src, as the initial model knows it. */
  knowledge: readonly KnownQuestion[]
  tunings: readonly TuningData[]
  making: Making
  /** What the reader must know beyond the figures, a sentence each: a method that could not be run, a split that was replaced. */
  notes?: readonly string[] | undefined
}

/** A test set and what each method and seed answered to it. */
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

/** What one method and seed was trained on, and how that went. */
export interface TuningData {
  method: string
  seed: number
  /** Every question of D_src. */
  candidates: readonly TrainingCandidate[]
  /** Of every optimizer step. */
  losses: readonly number[]
}

export interface TrainingCandidate {
  id: string
  group: 'ik' | 'idk'
  correctness: number
  /** Null where the method did not ask for it. */
  refusalInfluence: number | null
  overRefusalInfluence: number | null
  selected: boolean
  /** Null where not selected. */
  weight: number | null
}

/** On what the run was made, and how long it took. */
export interface Making {
  startedAt: string
  stages: readonly { name: string; reused: boolean; seconds: number }[]
  /** Label and value: device, dtype, processor, versions. */
  facts: readonly (readonly [string, string])[]
}
