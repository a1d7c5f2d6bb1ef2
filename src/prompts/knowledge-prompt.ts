import type { Message } from '../bridge/contract.js'
import { letterOf } from '../data/question/letters.js'
import type { Question } from '../data/question/question.js'
import { questionText, systemTurn, userTurn } from './answer-prompt.js'
import type { PromptSettings } from './settings.js'
import { goldTarget } from './targets.js'

/**
 * Builds the prompt that measures what the initial model knows, with the plain instruction and worked examples.
 * Multiple choice: raw text that ends with "Answer:", so that the next token is a letter; it works the same for models with and
 * without a chat template. Open-ended: a chat in which the examples have been answered.
 */
export function knowledgePrompt(
  question: Question,
  shots: readonly Question[],
  prompts: PromptSettings,
): { prompt: string } | { messages: Message[] } {
  return question.kind === 'mcqa'
    ? { prompt: choicePrompt(question, shots, prompts) }
    : { messages: openMessages(question, shots, prompts) }
}

/** Lists the continuations that are scored after a multiple-choice prompt: " A", " B", ... */
export function scoredOptions({ options }: Question): string[] {
  return (options ?? []).map((_, index) => ` ${letterOf(index)}`)
}

function choicePrompt(question: Question, shots: readonly Question[], prompts: PromptSettings): string {
  const about = question.subject === undefined ? '' : ` about ${question.subject.replaceAll('_', ' ')}`
  const header = `Here are multiple-choice questions${about}. ${prompts.plain.mcqa}`
  const worked = shots.map((shot) => `${questionText(shot)}\nAnswer: ${goldTarget(shot)}`)
  const system = prompts.system === null ? [] : [prompts.system]
  return [...system, header, ...worked, `${questionText(question)}\nAnswer:`].join('\n\n')
}

function openMessages(question: Question, shots: readonly Question[], prompts: PromptSettings): Message[] {
  const instruction = prompts.plain.oeqa
  const worked = shots.flatMap((shot): Message[] => [userTurn(shot, instruction), { role: 'assistant', content: goldTarget(shot) }])
  return [...systemTurn(prompts), ...worked, userTurn(question, instruction)]
}
