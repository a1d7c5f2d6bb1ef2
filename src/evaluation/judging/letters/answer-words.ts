import { fold } from '../text/fold.js'
import { isAnswerWord, NOUNS, VERBS } from './answer-vocabulary.js'

/** Words after which a letter is the answer, as the source of a regular expression. */
export const CUE_WORDS = `answered statement ${NOUNS} ${VERBS} it'?s that'?s`.replaceAll(' ', '|')

/** Forms of "is" after a letter A, which is else an article ("A helyes válasz"). */
const IS = new Set('is was ist est es é è är er jest to je este on dir seems must'.split(' ').map(fold))
/** Words of other scripts after which, or before which, a letter names something: "витамин B", B型. */
const NAMED_BY_LETTER =
  /(?:витамин|гепатит|групп|тип|вітамін|βιταμίνη|ηπατίτιδα|فيتامين|ویتامین|ויטמין|विटामिन|ভিটামিন|วิตามิน|ビタミン|维生素|維生素|維他命|肝炎|비타민|간염|계획|プラン)\p{L}*\s*$/iu
const NAMING_LETTER = /^\s*(?:型|형|細胞|细胞|族|群)/u

/**
 * The letters of a sentence that says nothing else: "Probably B", "Es la B", "B est la bonne réponse", and any sentence in another
 * script, in which no other Latin word stands ("Jawabu", 答案是B, Правильный ответ B).
 */
export function onlyLettersSaid(sentence: string): string[] {
  const said = sentence.match(/[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}]+)*/gu) ?? []
  const letters = said.flatMap((word, at) => (isLetter(said, at) ? [word] : []))
  const others = said.filter((_, at) => !isLetter(said, at))
  if (others.length === 0) return /[\p{S}\u2022*]/u.test(sentence) ? [] : letters
  if (others.every(isAnswerWord)) return letters
  return others.some((word) => /[A-Za-z0-9]/.test(word)) ? [] : letters.filter((letter) => !namesSomething(sentence, letter))
}

function isLetter(said: readonly string[], at: number): boolean {
  const word = said[at] as string
  if (!/^[A-Z]$/.test(word) || word === 'I') return false
  const next = said[at + 1]
  return word !== 'A' || next === undefined || !/[A-Za-z]/.test(next) || IS.has(fold(next)) || /^[A-Z]$/.test(next)
}

function namesSomething(sentence: string, letter: string): boolean {
  const at = sentence.search(new RegExp(`(?<![A-Za-z])${letter}(?![A-Za-z])`, 'u'))
  return NAMED_BY_LETTER.test(sentence.slice(0, at)) || NAMING_LETTER.test(sentence.slice(at + 1))
}
