import type { Message } from '../bridge/contract.js'
import { letterOf } from '../data/question/letters.js'
import type { Question } from '../data/question/question.js'
import type { PromptSettings } from './settings.js'

/** The parts of a question that a model is shown. */
export type AskedQuestion = Pick<Question, 'kind' | 'question' | 'options'>

/**
 * Builds the prompt for a question as one chat turn without examples, as used in rehearsal, gradients, tuning and evaluation; the
 * system message stands before it, if there is one.
 */
export function answerPrompt(question: AskedQuestion, instruction: 'plain' | 'refuse', prompts: PromptSettings): { messages: Message[] } {
  return { messages: [...systemTurn(prompts), userTurn(question, prompts[instruction][question.kind])] }
}

/** The system message, if there is one. */
export function systemTurn({ system }: PromptSettings): Message[] {
  return system === null ? [] : [{ role: 'system', content: system }]
}

// The instruction is part of the user's turn because some chat templates have no system role.
export function userTurn(question: AskedQuestion, instruction: string): Message {
  return { role: 'user', content: `${instruction}\n\n${questionText(question)}` }
}

/** The question, followed by the options of a multiple-choice question, one per line: "A. Paris". */
export function questionText({ question, options }: AskedQuestion): string {
  return [question, ...(options ?? []).map((option, index) => `${letterOf(index)}. ${option}`)].join('\n')
}
