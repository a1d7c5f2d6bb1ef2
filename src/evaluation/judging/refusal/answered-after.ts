import type { AnswerWord } from '../text/normalise.js'
import type { Span } from '../text/text-run.js'

/** "I'm not aware of any capital other than Paris" names one. */
export function isException(words: readonly AnswerWord[], end: number): boolean {
  const after = words.slice(end, end + 12).map(({ text }) => text)
  return /(?:^| )(?:other (?:\S+ ){0,2}than|except|besides|apart from|any(?:thing|one|body|where)? (?:\S+ )?but)(?: |$)/.test(
    after.join(' '),
  )
}

const ANSWER_AFTER =
  /(?:^| )(?:but|although|though) (?:i (?:think|believe|would|guess|suppose|heard|assume)|it|my|that|maybe|perhaps)(?: |$)/

export function goesOnWithAnswer(words: readonly AnswerWord[], end: number): boolean {
  const after = words.slice(end, end + 12).map(({ text }) => text)
  return ANSWER_AFTER.test(after.join(' '))
}

/** "It is not clear why, but Paris" says that something is unclear, not that the speaker doesn't know. */
export function isSaidOfThing(words: readonly AnswerWord[], { from }: Span): boolean {
  return /^(?:is|was)$/.test(words[from - 1]?.text ?? '') && /^(?:it|this|that)$/.test(words[from - 2]?.text ?? '')
}

/** A title with these words: "I Don't Know is a song by ...", "Unknown, starring ...". */
const WORK =
  /^(?:(?:is|was) (?:(?:a|an|the) )?(?:\S+ ){0,3}(?:song|single|album|film|movie|novel|book|play|poem|track|hit|series|musical|painting|story)|(?:starring|directed by|written by|sung by|performed by|recorded by))(?: |$)/

export function isTitle(words: readonly AnswerWord[], end: number): boolean {
  return WORK.test(
    words
      .slice(end, end + 7)
      .map(({ text }) => text)
      .join(' '),
  )
}
