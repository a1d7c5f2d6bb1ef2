import { numbersAsDigits } from './number-words.js'

/** Diacritics of Latin, Greek, Cyrillic, Hebrew and Arabic. Marks of other scripts (Indic vowels, kana voicing) are parts of letters. */
const ACCENTS = new RegExp(
  '[\\u0300-\\u036f\\u0483-\\u0487\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7\\u064b-\\u065f\\u0670' +
    '\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f]',
  'g',
)
/** Letters with a stroke or tie, which Unicode does not decompose. */
const STROKED: Record<string, string> = { ø: 'o', ł: 'l', đ: 'd', ð: 'd', ħ: 'h', ŧ: 't', æ: 'ae', œ: 'oe', þ: 'th', ς: 'σ' }
const APOSTROPHES = "'\u2018\u2019\u201b\u02bc\u2032`\u00b4"
const ARTICLES = new Set(['a', 'an', 'the'])

/** Scripts that put no spaces between words: each character is a word, so a name is found inside a sentence. */
const UNSPACED =
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}]\\p{M}*'
const NUMBER = '(?:(?<![\\p{L}\\p{N}\\p{M}\\p{P}])[-\u2212])?(?:\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)+)(?![\\p{L}\\p{N}])'
const NEGATIVE = '(?<![\\p{L}\\p{N}\\p{M}\\p{P}])[-\u2212]\\d+(?![\\p{L}\\p{N}])'
/** "+" and "#" belong to a word that they follow: C++, C#. */
const WORD = `(?:(?!${UNSPACED})[\\p{L}\\p{N}\\p{M}])+(?:\\+\\+|\\+(?![\\p{L}\\p{N}])|#)?`
const TOKEN = new RegExp(`${NUMBER}|${NEGATIVE}|${UNSPACED}|${WORD}`, 'gu')

export interface WordOptions {
  /** Leave out a, an, the; default true. The last word stays ("Vitamin A"). */
  dropArticles?: boolean | undefined
  /** Leave out the 's of a possessive; default false ("McDonald's" is a name). */
  dropPossessive?: boolean | undefined
}

/**
 * An answer as comparable words: Unicode NFKD without accents, case folded, punctuation and articles dropped, number words
 * as digits ("The Twenty-First of Mäy" -> 21st, of, may).
 */
export function answerWords(text: string, { dropArticles = true, dropPossessive = false }: WordOptions = {}): string[] {
  const powers = text.replace(/(\d)([\u2070\u00b9\u00b2\u00b3\u2074-\u2079])/g, '$1 $2')
  const folded = foldCase(powers.normalize('NFKD').replace(ACCENTS, '')).normalize('NFC')
  const joined = folded
    .replace(new RegExp(`(\\p{L})[${APOSTROPHES}]s(?![\\p{L}\\p{N}])`, 'gu'), dropPossessive ? '$1' : '$1s')
    .replace(new RegExp(`[${APOSTROPHES}]`, 'g'), '')
    .replace(/(?<![\p{L}\p{N}])(?:\p{L}\.\s*){2,}/gu, (initials) => `${initials.replace(/[.\s]/g, '')} `)
  const words = numbersAsDigits((joined.match(TOKEN) ?? []).map(plainNumber))
  return dropArticles ? words.filter((word, index) => index === words.length - 1 || !ARTICLES.has(word)) : words
}

/** `answerWords` joined by blanks. */
export function normaliseAnswer(text: string): string {
  return answerWords(text).join(' ')
}

/** Whether the words are nothing but articles. */
export function onlyArticles(words: readonly string[]): boolean {
  return words.every((word) => ARTICLES.has(word))
}

/** Upper case first: it expands ß and ligatures, which lower case alone does not change. Upper case does not change ẞ. */
function foldCase(text: string): string {
  return text
    .replaceAll('ẞ', 'ss')
    .toUpperCase()
    .toLowerCase()
    .replace(/[øłđðħŧæœþς]/g, (letter) => STROKED[letter] ?? letter)
}

/** 1,000 -> 1000; 4.50 -> 4.5; 4.0 -> 4; −5 -> -5. Anything else is not changed. */
function plainNumber(token: string): string {
  if (!/^[-\u2212]?[\d.,]+$/.test(token)) return token
  const written = token.replaceAll(',', '').replace('\u2212', '-')
  return /^-?\d+\.\d+$/.test(written) ? written.replace(/\.?0+$/, '') : written
}
