import { letterOf } from '../../../src/data/question/letters.js'
import type { Question } from '../../../src/data/question/question.js'
import { judge } from '../../../src/evaluation/judging/judge.js'

/** What the rules of judging cost on real questions. */
export interface Costs {
  /** Right texts judged for their own question. */
  own: number
  /** Those of them that are not judged right. */
  missed: string[]
  /** Right answers of other questions judged for this one. */
  others: number
  /** Those of them that are judged right, or name an option. */
  falseHits: string[]
}

/** How many other questions each question gets an answer from. */
const OTHERS = 20

/** Every alias for its own question, and the main answers of 20 other questions. */
export function openEndedCosts(questions: readonly Question[]): Costs {
  const costs: Costs = { own: 0, missed: [], others: 0, falseHits: [] }
  questions.forEach((question, at) => {
    for (const alias of question.answers ?? []) {
      costs.own += 1
      const { outcome } = judge(question, alias)
      if (outcome !== 'correct') costs.missed.push(`${question.id}: ${alias} is ${outcome}`)
    }
    for (const other of othersOf(questions, at)) {
      const said = other.answers?.[0] ?? ''
      costs.others += 1
      if (judge(question, said).outcome === 'correct') costs.falseHits.push(`${question.id}: ${said}`)
    }
  })
  return costs
}

/** Every option as its text, as its letter with the text, and as a sentence; the right options' texts of 20 other questions. */
export function multipleChoiceCosts(questions: readonly Question[]): Costs {
  const costs: Costs = { own: 0, missed: [], others: 0, falseHits: [] }
  questions.forEach((question, at) => {
    const options = question.options ?? []
    options.forEach((option, answer) => {
      const letter = letterOf(answer)
      // A text that two options share, or that is a letter itself, names none for sure.
      const alone =
        options.some((other, index) => index !== answer && same(other, option)) || /^\W*[A-Za-z]\W*$/.test(option) ? [] : [option]
      for (const output of [...alone, letter, `${letter}. ${option}`, `(${letter}) ${option}`, `The answer is ${letter}.`]) {
        costs.own += 1
        const { outcome } = judge({ ...question, answer } as Question, output)
        if (outcome !== 'correct') costs.missed.push(`${question.id}: ${output} is ${outcome} [${options.join(' | ')}]`)
      }
    })
    for (const other of othersOf(questions, at)) {
      const said = other.options?.[other.answer ?? 0] ?? ''
      if (options.some((option) => same(option, said)) || /^\W*[A-Za-z]\W*$/.test(said)) continue
      costs.others += 1
      if (judge(question, said).chosen !== undefined) costs.falseHits.push(`${question.id}: ${said} [${options.join(' | ')}]`)
    }
  })
  return costs
}

function othersOf(questions: readonly Question[], at: number): Question[] {
  return Array.from({ length: OTHERS }, (_, index) => questions[(at + 37 * (index + 1)) % questions.length] as Question)
}

function same(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase()
}
