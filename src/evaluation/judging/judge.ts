import type { Question } from '../../data/question/question.js'
import type { Outcome } from '../measures/outcome.js'
import { type AliasMatching, DEFAULT_MATCHING, holdsAnyAlias, matchesAnyAlias } from './aliases/alias.js'
import { withoutCorrected, withoutOthersDeeds } from './denial/corrections.js'
import { withoutHedges } from './denial/hedges.js'
import { chosenOption } from './letters/letter.js'
import { optionByLiteralText } from './letters/option-text.js'
import { withoutRestatedOptions } from './letters/restated-options.js'
import { refusalIn } from './refusal/refusal.js'
import { answerLine } from './text/answer-line.js'
import { firstLine } from './text/first-line.js'

/** The rules by which `judge` decides whether an answer is correct, wrong or a refusal; what is left out has its default. */
export interface JudgeSettings {
  /** An answer is a refusal if its first sentence contains one of these phrases, in any language, or one of the built-in English ones. */
  refusalPhrases?: readonly string[] | undefined
  /** Whether the built-in phrases count; default: true. */
  builtInRefusals?: boolean | undefined
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
 * correct or wrong. A refusal stays a refusal even if an answer follows, unless it only opens the sentence and the answer is right.
 */
export function judge(question: Question, output: string, settings: JudgeSettings = {}): Judgement {
  const { refusalPhrases = NO_PHRASES, builtInRefusals = true } = settings
  const line = answerLine(question.kind === 'mcqa' ? withoutRestatedOptions(output, question.options ?? []) : output)
  if (line === '') return { outcome: 'unparseable' }
  const texts = question.kind === 'oeqa' ? question.answers : question.options
  const refusal = refusalIn(line, { refusalPhrases, builtInRefusals }, { texts, letters: question.options?.length })
  if (refusal === 'plain') return { outcome: 'refused' }
  const answered = question.kind === 'oeqa' ? judgeOpenEnded(question, line, output, settings) : judgeChoice(question, line)
  return refusal === 'opening' && answered.outcome !== 'correct' ? { outcome: 'refused' } : answered
}

function judgeOpenEnded(question: Question, line: string, output: string, { matching = DEFAULT_MATCHING }: JudgeSettings): Judgement {
  const { answers = [] } = question
  if (matching === 'substring') return { outcome: holdsAnyAlias(firstLine(output), answers) ? 'correct' : 'wrong' }
  const said = matching === 'exact' ? line : saidInTheEnd(line, question.question, answers)
  return { outcome: matchesAnyAlias(said, answers, matching) ? 'correct' : 'wrong' }
}

function judgeChoice({ question, options = [], answer }: Question, line: string): Judgement {
  const said = optionByLiteralText(line, options) === undefined ? saidInTheEnd(line, question, options) : line
  const chosen = chosenOption(said, options, question)
  if (chosen === undefined) return { outcome: 'unparseable' }
  return { outcome: chosen === answer ? 'correct' : 'wrong', chosen }
}

function saidInTheEnd(line: string, question: string, texts: readonly string[]): string {
  return withoutHedges(withoutOthersDeeds(withoutCorrected(line), question, texts))
}
