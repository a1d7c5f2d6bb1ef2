import type { AnswerWord } from '../text/normalise.js'
import type { Span } from '../text/text-run.js'

const BOUND = /(?:^| )(?:(?:more|less|fewer|greater|larger|smaller|bigger|higher|lower|older|younger|longer|shorter|other) than|root of)$/
const BOUND_OF_YEARS = /(?:^| )(?:before|after|prior to|later than|earlier than)$/

/**
 * Whether a number is part of another one: "more than 5", "√5", "5²" and "before 1939" do not say 5 and 1939. Of a round number in the
 * thousands "more than" says about how large it is.
 */
export function isOtherNumber(words: readonly AnswerWord[], { from, to }: Span): boolean {
  const number = words[from] as AnswerWord
  if (!/^-?\d/.test(number.text)) return false
  if (to === from + 1 && words[to]?.markBefore === '' && /^(?:power|squared|cubed)$/.test(words[to]?.text ?? '')) return true
  if (number.markBefore !== '') return false
  const before = words
    .slice(Math.max(0, from - 2), from)
    .map(({ text, markBefore }, index) => (index > 0 && markBefore !== '' ? `. ${text}` : text))
    .join(' ')
  const isRound = Number(number.text) >= 1000 && Number(number.text) % 100 === 0
  return (BOUND.test(before) && !isRound) || (/^\d{4}$/.test(number.text) && BOUND_OF_YEARS.test(before))
}
