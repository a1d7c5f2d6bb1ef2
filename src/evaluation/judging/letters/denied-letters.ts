import { isDenied } from '../denial/denied.js'
import { wordsOfAnswer } from '../text/normalise.js'
import { isTextOf } from './option-text.js'

/** A capital that is no part of a word, alone or in brackets: perhaps the letter of an option. */
const LETTER = /[([][A-Z][)\]]|(?<![\p{L}\p{N}'.-])[A-Z](?![\p{L}\p{N}']|[-.]\p{L})/gu
/** Stands for a letter among the words of a text; a word that no text has. */
const PLACE = 'qqletter'
/** Texts with more letters than this are no sentences. */
const MANY = 40
const SAID_OF = "(?:is|isn't|was|wasn't|can|can't|cannot|could|ist|est|n'est|es|è)"
/** A reason for what was said speaks of other options. */
const REASON = /(?<=\S)[,\s](?:because|since|as|although|even though|over)\s.*$/i

/** A text without the letters that it denies: "Not A, but B", "A? No, it is B", AではなくBです. */
export function withoutDeniedLetters(text: string, options: readonly string[]): string {
  const onlyLetters = withoutTextsOfLetters(text, options)
  if (onlyLetters === text) return withoutDenied(text)
  const affirmed = withoutDenied(onlyLetters)
  return affirmed !== onlyLetters ? affirmed : withoutDenied(text)
}

function withoutDenied(text: string): string {
  const count = text.match(LETTER)?.length ?? 0
  if (count === 0 || count > MANY) return text
  const words = wordsOfAnswer(text.replace(LETTER, ` ${PLACE} `), { dropArticles: false })
  const places = words.flatMap(({ text }, at) => (text === PLACE ? [at] : []))
  const denied = places.map((from) => isDenied(words, { from, to: from + 1 }))
  let at = 0
  return text.replace(LETTER, (letter) => (denied[at++] === true ? ' ' : letter))
}

/** "Since A is in England, the answer is B". */
const REASON_FIRST = /^(?:because|since|as|although|even though|while|given that)\s[^,]+,\s+(?=\S)/i

/** Letters with the texts of their options after them are only letters where something is said of them: "B) Paris is wrong". */
function withoutTextsOfLetters(text: string, options: readonly string[]): string {
  const lowerCase = text.toLowerCase()
  return options.reduce((rest, option, at) => {
    if (option.trim() === '' || !lowerCase.includes(option.trim().toLowerCase())) return rest
    const words = option.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    const letter = String.fromCharCode(65 + at)
    return rest.replace(new RegExp(`(?<![\\p{L}\\p{N}])${letter}[).:]*\\s+(?:- )?${words}(?=\\s+${SAID_OF}(?!\\p{L}))`, 'giu'), letter)
  }, text)
}

/** "B (Paris) is correct" without what B stands for. */
export function withoutTextsInBrackets(text: string, options: readonly string[]): string {
  return text.replace(/(?<![\p{L}\p{N}])([A-Z])\s*[([]([^()[\]]+)[)\]]/gu, (written, letter: string, inside: string) => {
    const at = letter.charCodeAt(0) - 65
    return at < options.length && isTextOf(inside, options, at) ? letter : written
  })
}

/** A sentence without the reason that it gives. */
export function withoutReason(sentence: string): string {
  return sentence.replace(REASON_FIRST, '').replace(REASON, '')
}
