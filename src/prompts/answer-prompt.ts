import type { Message } from '../bridge/contract.js'
import { letterOf } from '../data/question/letters.js'
import type { Question } from '../data/question/question.js'
import type { PromptSettings } from './settings.js'

/** What of a question a model is shown. */
export type AskedQuestion = Pick<Question, 'kind' | 'question' | 'options'>

/** A question as one turn of a chat, without examples: rehearsal, gradients, tuning and evaluation ask so. */
export function answerPrompt(question: AskedQuestion, instruction: 'plain' | 'refuse', prompts: PromptSettings): { messages: Message[] } {
  return { messages: [userTurn(question, prompts[instruction][question.kind])] }
}

// The instruction stands in the user's turn because some chat templates know no system role.
export function userTurn(question: AskedQuestion, instruction: string): Message {
  return { role: 'user', content: `${instruction}\n\n${questionText(question)}` }
}

/** The question, and below it the options of a multiple-choice one, a line each: "A. Paris". */
export function questionText({ question, options }: AskedQuestion): string {
  return [question, ...(options ?? []).map((option, index) => `${letterOf(index)}. ${option}`)].join('\n')
}
