import type { Message } from '../bridge/contract.js'
import { letterOf } from '../data/question/letters.js'
import type { Question } from '../data/question/question.js'
import type { PromptSettings } from './settings.js'

/** The parts of a question that a model is shown. */
export type AskedQuestion = Pick<Question, 'kind' | 'question' | 'options'>

/** Builds the prompt for a question as one chat turn without examples, as used in rehearsal, gradients, tuning and evaluation. */
export function answerPrompt(question: AskedQuestion, instruction: 'plain' | 'refuse', prompts: PromptSettings): { messages: Message[] } {
  return { messages: [userTurn(question, prompts[instruction][question.kind])] }
}

// The instruction is part of the user's turn because some chat templates have no system role.
export function userTurn(question: AskedQuestion, instruction: string): Message {
  return { role: 'user', content: `${instruction}\n\n${questionText(question)}` }
}

/** The question, followed by the options of a multiple-choice question, one per line: "A. Paris". */
export function questionText({ question, options }: AskedQuestion): string {
  return [question, ...(options ?? []).map((option, index) => `${letterOf(index)}. ${option}`)].join('\n')
}
