import type { Question } from '../../data/question/question.js'
import type { Outcome } from '../measures/outcome.js'
import { type AliasMatching, matchesAnyAlias } from './alias.js'
import { firstLine } from './first-line.js'
import { chosenOption } from './letter.js'
import { isRefusal } from './refusal.js'

/** The rules by which `judge` decides whether an answer is correct, wrong or a refusal. */
export interface JudgeSettings {
  /** An answer is a refusal if its first sentence contains one of these phrases; any language; case and apostrophe style are ignored. */
  refusalPhrases: readonly string[]
  /** How an alias is matched against an open-ended answer. */
  matching: AliasMatching
}

/** The verdict on a model's output: its outcome and, for multiple choice, the chosen option. */
export interface Judgement {
  outcome: Outcome
  /** Index of the option that a multiple-choice answer names; left out if it names none. */
  chosen?: number | undefined
}

/**
 * Judges a model's output for a question. Only its first line counts, and the rules apply in this order: empty, refused, then
 * correct or wrong. A refusal stays a refusal even if an answer follows.
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
