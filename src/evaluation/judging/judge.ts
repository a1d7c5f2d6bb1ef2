import type { Question } from '../../data/question/question.js'
import type { Outcome } from '../measures/outcome.js'
import { type AliasMatching, DEFAULT_MATCHING, holdsAnyAlias, matchesAnyAlias } from './aliases/alias.js'
import { chosenOption } from './letters/letter.js'
import { isRefusal } from './refusal/refusal.js'
import { answerLine } from './text/answer-line.js'
import { firstLine } from './text/first-line.js'

/** The rules by which `judge` decides whether an answer is correct, wrong or a refusal; what is left out has its default. */
export interface JudgeSettings {
  /** An answer is a refusal if its first sentence contains one of these phrases, in any language, or one of the built-in English ones. */
  refusalPhrases?: readonly string[] | undefined
  /** How an alias is matched against an open-ended answer; default: words. */
  matching?: AliasMatching | undefined
}

/** The verdict on a model's output: its outcome and, for multiple choice, the chosen option. */
export interface Judgement {
  outcome: Outcome
  /** Index of the option that a multiple-choice answer names; left out if it names none. */
  chosen?: number | undefined
}

const NO_PHRASES: readonly string[] = []

/**
 * Judges a model's output for a question. Only its first line counts, and the rules apply in this order: empty, refused, then
 * correct or wrong. A refusal stays a refusal even if an answer follows.
 */
export function judge(question: Question, output: string, settings: JudgeSettings = {}): Judgement {
  const { refusalPhrases = NO_PHRASES, matching = DEFAULT_MATCHING } = settings
  const line = answerLine(output)
  if (line === '') return { outcome: 'unparseable' }
  const { answers = [], options = [] } = question
  const texts = question.kind === 'oeqa' ? answers : options
  if (isRefusal(line, refusalPhrases, { texts, letters: options.length })) return { outcome: 'refused' }
  if (question.kind === 'oeqa') {
    const right = matching === 'substring' ? holdsAnyAlias(firstLine(output), answers) : matchesAnyAlias(line, answers, matching)
    return { outcome: right ? 'correct' : 'wrong' }
  }
  const chosen = chosenOption(line, options)
  if (chosen === undefined) return { outcome: 'unparseable' }
  return { outcome: chosen === question.answer ? 'correct' : 'wrong', chosen }
}
