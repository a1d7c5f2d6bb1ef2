import { groupBy } from '../group-by.js'
import type { Question } from './question/question.js'

/**
 * What makes two questions the same: text and options, without case, blanks, a last mark and the order of the options. Answers do
 * not count, so two questions that differ in nothing else are found too.
 */
export function contentKey({ question, options }: Question): string {
  return JSON.stringify([plain(question), ...(options ?? []).map(plain).sort()])
}

/** Pairs [first, again] of questions that ask the same, in order; `again` is each one after the first. */
export function repeatedQuestions(questions: readonly Question[]): [Question, Question][] {
  return [...groupBy(questions, contentKey).values()].flatMap(([first, ...rest]) =>
    rest.map((again): [Question, Question] => [first as Question, again]),
  )
}

/** Questions of `tested` that `learnt` holds too, each with its twin there: scored on them, a model may just remember. */
export function overlap(learnt: readonly Question[], tested: readonly Question[]): { tested: Question; learnt: Question }[] {
  const byKey = new Map([...learnt].reverse().map((question) => [contentKey(question), question]))
  return tested.flatMap((question) => {
    const twin = byKey.get(contentKey(question))
    return twin === undefined ? [] : [{ tested: question, learnt: twin }]
  })
}

/** The overlap in words; nothing where there is none. */
export function overlapNote(learntName: string, learnt: readonly Question[], testedName: string, tested: readonly Question[]): string[] {
  const both = overlap(learnt, tested)
  const first = both[0]
  if (first === undefined) return []
  return [
    `${both.length} of ${tested.length} questions of ${testedName} stand in ${learntName} too, such as ${first.tested.id} (there ${first.learnt.id})`,
  ]
}

function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[.?!:\s]+$/, '')
}
