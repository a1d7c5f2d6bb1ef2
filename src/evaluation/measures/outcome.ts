/** Every answer is exactly one of these. `unparseable` is empty, or names no option, or more than one. */
export const OUTCOMES = ['correct', 'wrong', 'refused', 'unparseable'] as const
/** What became of a question; see `judge`. */
export type Outcome = (typeof OUTCOMES)[number]

/** The judged answer to one question. */
export interface JudgedAnswer {
  id: string
  outcome: Outcome
  subject?: string
  /** How sure the model is of it; any scale, higher is surer. */
  confidence?: number
}
