import { isDenied } from '../denial/denied.js'
import { wordsOfAnswer } from '../text/normalise.js'

/** A capital that is no part of a word, alone or in brackets: perhaps the letter of an option. */
const LETTER = /[([][A-Z][)\]]|(?<![\p{L}\p{N}'.-])[A-Z](?![\p{L}\p{N}']|[-.]\p{L})/gu
/** Stands for a letter among the words of a text; a word that no text has. */
const PLACE = 'qqletter'
/** Texts with more letters than this are no sentences. */
const MANY = 40
/** A reason for what was said speaks of other options. */
const REASON = /(?<=\S)[,\s](?:because|since|as)\s.*$/i

/** A text without the letters that it denies: "Not A, but B", "A? No, it is B", AではなくBです. */
export function withoutDeniedLetters(text: string): string {
  const count = text.match(LETTER)?.length ?? 0
  if (count === 0 || count > MANY) return text
  const words = wordsOfAnswer(text.replace(LETTER, ` ${PLACE} `), { dropArticles: false })
  const places = words.flatMap(({ text }, at) => (text === PLACE ? [at] : []))
  const denied = places.map((from) => isDenied(words, { from, to: from + 1 }))
  let at = 0
  return text.replace(LETTER, (letter) => (denied[at++] === true ? ' ' : letter))
}

/** A sentence without the reason that it gives. */
export function withoutReason(sentence: string): string {
  return sentence.replace(REASON, '')
}
