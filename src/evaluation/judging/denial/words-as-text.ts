import type { AnswerWord } from '../text/normalise.js'

/** Words with blanks, and with articles that were left out. */
export function textOf(words: readonly AnswerWord[]): string {
  return words.map(({ article, text }) => (article === '' ? text : `${article} ${text}`)).join(' ')
}

/** Words without blanks. */
export function joined(words: readonly AnswerWord[]): string {
  return words.map(({ text }) => text).join('')
}
