import { groupBy } from '../group-by.js'
import type { Question } from './question/question.js'

/**
 * A key that is equal for two questions with the same text and options. It ignores case, white space, final punctuation and the
 * order of the options. Answers do not count, so questions that differ only in their answers are found too.
 */
export function contentKey({ question, options }: Question): string {
  return JSON.stringify([plain(question), ...(options ?? []).map(plain).sort()])
}

/** Finds repeated questions: pairs [first, again], in order, with one pair for each repetition of a question. */
export function repeatedQuestions(questions: readonly Question[]): [Question, Question][] {
  return [...groupBy(questions, contentKey).values()].flatMap(([first, ...rest]) =>
    rest.map((again): [Question, Question] => [first as Question, again]),
  )
}

/** Finds test questions that also occur in the training set `learnt`, each with its match; a model may have memorised them. */
export function overlap(learnt: readonly Question[], tested: readonly Question[]): { tested: Question; learnt: Question }[] {
  const byKey = new Map([...learnt].reverse().map((question) => [contentKey(question), question]))
  return tested.flatMap((question) => {
    const twin = byKey.get(contentKey(question))
    return twin === undefined ? [] : [{ tested: question, learnt: twin }]
  })
}

/** A note about the overlap, or none when there is no overlap. */
export function overlapNote(learntName: string, learnt: readonly Question[], testedName: string, tested: readonly Question[]): string[] {
  const both = overlap(learnt, tested)
  const first = both[0]
  if (first === undefined) return []
  return [
    `${both.length} of ${tested.length} questions of ${testedName} are also in ${learntName}, such as ${first.tested.id} (there ${first.learnt.id})`,
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
