import type { Message } from '../bridge/contract.js'
import { type AskedQuestion, questionText, systemTurn } from './answer-prompt.js'
import type { PromptSettings } from './settings.js'

/** The letters of "true" and "false" in `truthPrompt`. */
export const TRUTH_LETTERS = ['A', 'B'] as const

/**
 * Builds the prompt that asks a model whether an answer of its own is right (P(True); Kadavath et al. 2022, section 4): the question,
 * answers that it drew itself, one of them proposed, and the choice between true and false.
 */
export function truthPrompt(
  question: AskedQuestion,
  proposed: string,
  drawn: readonly string[],
  prompts: PromptSettings,
): { messages: Message[] } {
  const ideas = drawn.length === 0 ? [] : ['Some answers that came to mind:', ...drawn.map((answer) => `- ${oneLine(answer)}`)]
  const content = [
    `Question: ${questionText(question)}`,
    ...ideas,
    `Proposed answer: ${oneLine(proposed)}`,
    'Is the proposed answer true or false? Reply with the letter only.',
    `${TRUTH_LETTERS[0]}. true`,
    `${TRUTH_LETTERS[1]}. false`,
  ].join('\n')
  return { messages: [...systemTurn(prompts), { role: 'user', content }] }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
