/** The possible outcomes; every answer has exactly one. `unparseable`: empty, or names no option, or more than one. */
export const OUTCOMES = ['correct', 'wrong', 'refused', 'unparseable'] as const
/** The outcome of a question: correct, wrong, refused or unparseable; see `judge`. */
export type Outcome = (typeof OUTCOMES)[number]

/** The judged answer to one question. */
export interface JudgedAnswer {
  id: string
  outcome: Outcome
  subject?: string | undefined
  /** How confident the model is; any scale, higher means more confident. */
  confidence?: number | undefined
}
