import type { Question } from '../../data/question/question.js'
import type { Outcome } from '../measures/outcome.js'
import { type AliasMatching, matchesAnyAlias } from './alias.js'
import { firstLine } from './first-line.js'
import { chosenOption } from './letter.js'
import { isRefusal } from './refusal.js'

/** By what an answer is judged. */
export interface JudgeSettings {
  /** An answer whose first sentence holds one of these is refused; in any language, case and apostrophes don't matter. */
  refusalPhrases: readonly string[]
  /** How an alias is looked for in an open-ended answer. */
  matching: AliasMatching
}

/** What an output is worth, and what was read in it. */
export interface Judgement {
  outcome: Outcome
  /** Index of the option that a multiple-choice answer names. */
  chosen?: number
}

/**
 * What the model's output is worth. Only its first line counts, and the order of the rules decides: empty, refused, then
 * right or wrong; a refusal stays a refusal even if an answer follows.
 */
export function judge(question: Question, output: string, { refusalPhrases, matching }: JudgeSettings): Judgement {
  const line = firstLine(output)
  if (line === '') return { outcome: 'unparseable' }
  if (isRefusal(line, refusalPhrases)) return { outcome: 'refused' }
  if (question.kind === 'oeqa') return { outcome: matchesAnyAlias(line, question.answers ?? [], matching) ? 'correct' : 'wrong' }
  const chosen = chosenOption(line, question.options ?? [])
  if (chosen === undefined) return { outcome: 'unparseable' }
  return { outcome: chosen === question.answer ? 'correct' : 'wrong', chosen }
}
