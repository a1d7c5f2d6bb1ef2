/** The possible outcomes; every answer has exactly one. `unparseable`: empty, or names no option, or more than one. */
export const OUTCOMES = ['correct', 'wrong', 'refused', 'unparseable'] as const
/** The outcome of a question: correct, wrong, refused or unparseable; see `judge`. */
export type Outcome = (typeof OUTCOMES)[number]

/** What measures distinguish: an unparseable answer counts as wrong. */
export const OUTCOME_CLASSES = ['right', 'wrong', 'refused'] as const
/** The class of an outcome in the measures: right, wrong or refused. */
export type OutcomeClass = (typeof OUTCOME_CLASSES)[number]

/** The class that each outcome belongs to. */
export const CLASS_OF: Readonly<Record<Outcome, OutcomeClass>> = {
  correct: 'right',
  wrong: 'wrong',
  refused: 'refused',
  unparseable: 'wrong',
}

/** The judged answer to one question. */
export interface JudgedAnswer {
  id: string
  outcome: Outcome
  subject?: string | undefined
  /** How confident the model is; any scale, higher means more confident. */
  confidence?: number | undefined
  /** The same as a probability, 0 to 1, if the confidence is on another scale. */
  probability?: number | undefined
  /** How much the model wishes to refuse the question: log p(refusal). */
  refusalScore?: number | undefined
}
