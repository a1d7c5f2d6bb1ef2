import stringWidth from 'string-width'
import type { Movement } from '../../evaluation/measures/moved.js'
import { cut, oneLine } from './table.js'

/** A question with the answers of the initial and the tuned model. */
export interface MovedExample {
  question: string
  /** The correct answer, as text. */
  answer: string
  before: string
  after: string
}

/** The questions whose outcome changed in the same way: how many, and a few of them. */
export interface MovedGroup {
  movement: Movement
  /** Number of all questions with this change; the examples may be fewer. */
  count: number
  examples: readonly MovedExample[]
}

const MEANING: Partial<Record<Movement, string>> = {
  'wrong->refused': 'wrong before, refused now (the goal of the tuning)',
  'right->refused': 'right before, refused now (over-refusal)',
  'wrong->right': 'wrong before, right now',
  'right->wrong': 'right before, wrong now',
  'wrong->wrong': 'wrong before and now',
}

/** The examples of each change of outcome as indented text, at most `width` columns wide. */
export function movedQuestionsText(groups: readonly MovedGroup[], width = 100): string {
  return groups
    .map(({ movement, count, examples }) => {
      const heading = `${MEANING[movement] ?? movement.replace('->', ' -> ')}: ${count} ${count === 1 ? 'question' : 'questions'}\n`
      return heading + examples.map((example) => exampleText(example, width)).join('')
    })
    .join('\n')
}

function exampleText({ question, answer, before, after }: MovedExample, width: number): string {
  const line = (label: string, text: string) => {
    const start = `    ${label.padEnd(8)}`
    return `${start}${cut(oneLine(text.trim()) || '(nothing)', Math.max(8, width - stringWidth(start)))}\n`
  }
  return `  ${cut(oneLine(question), Math.max(8, width - 2))}\n${line('right:', answer)}${line('before:', before)}${line('now:', after)}`
}
