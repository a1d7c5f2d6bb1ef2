import { letterOf } from '../data/letters.js'
import type { Question } from '../data/question.js'
import type { PromptSettings } from './settings.js'

/**
 * What a model that knows is taught to say: the letter of the right option, or the model's own most frequent right answer,
 * which it need not learn anew; without one, the best alias.
 */
export function goldTarget(question: Question, knowledge?: { bestRightSample?: string }): string {
  if (question.kind === 'mcqa') return letterOf(question.answer as number)
  return knowledge?.bestRightSample ?? bestAlias(question.answers as string[])
}

/** What a model that does not know is taught to say. */
export function refusalTarget(prompts: PromptSettings): string {
  return prompts.refusal
}

/**
 * The alias that reads best as an answer: the first (the main one comes first) that has a letter or digit, no
 * "(disambiguation)" and no emoji; where none is so, the first.
 */
export function bestAlias(answers: readonly string[]): string {
  return answers.find(readsAsAnswer) ?? (answers[0] as string)
}

function readsAsAnswer(alias: string): boolean {
  return (
    /[\p{L}\p{N}]/u.test(alias) && !/\(disambiguation\)/i.test(alias) && !/\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(alias)
  )
}
