import { letterOf } from '../data/question/letters.js'
import type { Question } from '../data/question/question.js'
import { GraitError } from '../errors.js'
import type { PromptSettings } from './settings.js'

/**
 * Returns the target answer for a question that the model knows: the letter of the correct option, or the model's own most
 * frequent correct answer, which it already knows; if there is none, the best alias.
 * @throws GraitError data_invalid if the question has no correct answer
 */
export function goldTarget(question: Question, knowledge?: { bestRightSample?: string | undefined }): string {
  if (question.kind === 'mcqa' && question.answer !== undefined) return letterOf(question.answer)
  if (question.kind === 'oeqa') {
    if (knowledge?.bestRightSample !== undefined) return knowledge.bestRightSample
    if (question.answers !== undefined && question.answers.length > 0) return bestAlias(question.answers)
  }
  throw new GraitError('data_invalid', `question ${JSON.stringify(question.id)} has no right answer`, {
    hint: question.kind === 'mcqa' ? 'Give answer, the position of the right option, from 0.' : 'Give answers, every text that is right.',
  })
}

/** Returns the target answer for a question that the model does not know: the refusal sentence. */
export function refusalTarget(prompts: PromptSettings): string {
  return prompts.refusal
}

/**
 * The alias that reads best as an answer: the first (the main one comes first) that has a letter or digit, no
 * "(disambiguation)" and no emoji; if there is none, the first.
 */
export function bestAlias(answers: readonly string[]): string {
  return answers.find(readsAsAnswer) ?? (answers[0] as string)
}

function readsAsAnswer(alias: string): boolean {
  return (
    /[\p{L}\p{N}]/u.test(alias) && !/\(disambiguation\)/i.test(alias) && !/\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(alias)
  )
}
