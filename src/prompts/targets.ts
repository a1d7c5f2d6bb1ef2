import { letterOf } from '../data/question/letters.js'
import type { Question } from '../data/question/question.js'
import { GraitError } from '../errors.js'
import type { PromptSettings } from './settings.js'

/**
 * What a model that knows is taught to say: the letter of the right option, or the model's own most frequent right answer,
 * which it need not learn anew; without one, the best alias.
 * @throws GraitError data_invalid where the question has no right answer
 */
export function goldTarget(question: Question, knowledge?: { bestRightSample?: string }): string {
  if (question.kind === 'mcqa' && question.answer !== undefined) return letterOf(question.answer)
  if (question.kind === 'oeqa') {
    if (knowledge?.bestRightSample !== undefined) return knowledge.bestRightSample
    if (question.answers !== undefined && question.answers.length > 0) return bestAlias(question.answers)
  }
  throw new GraitError('data_invalid', `question ${JSON.stringify(question.id)} has no right answer`, {
    hint: question.kind === 'mcqa' ? 'Give answer, the position of the right option, from 0.' : 'Give answers, every text that is right.',
  })
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
