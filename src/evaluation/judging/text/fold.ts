import { asciiDigit } from '../../../data/question/ascii-digit.js'
import { visible } from './readable.js'

/** Diacritics of Latin, Greek, Cyrillic, Hebrew and Arabic. Marks of other scripts (Indic vowels, kana voicing) are parts of letters. */
const ACCENTS = new RegExp(
  '[\\u0300-\\u036f\\u0483-\\u0487\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7\\u064b-\\u065f\\u0670' +
    '\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f]',
  'g',
)
/** Letters with a stroke or tie, which Unicode does not decompose. */
const STROKED: Record<string, string> = { ø: 'o', ł: 'l', đ: 'd', ð: 'd', ħ: 'h', ŧ: 't', æ: 'ae', œ: 'oe', þ: 'th', ς: 'σ' }
const APOSTROPHES = /[\u2018\u2019\u201b\u02bc\u2032`\u00b4\uff07]/g
/** A fraction is a number of its own (5½ is not 51/2), and so is a power: 10⁶ is not 106. */
const FRACTION = /(\d)(?=[\u00bc-\u00be\u2150-\u215e])/g
const POWER = /(?<=\d)(?=\u207b?[\u2070\u00b9\u00b2\u00b3\u2074-\u2079])/g

/**
 * A text in the form in which texts are compared: what is visible, Unicode NFKD without accents, case folded, straight apostrophes,
 * digits of every script as 0-9.
 */
export function fold(text: string): string {
  // An acute accent that stands for an apostrophe must be seen before Unicode makes it a blank and an accent.
  const plain = visible(text).replace(APOSTROPHES, "'").replace(FRACTION, '$1 ').replace(POWER, '^')
  return foldCase(plain.normalize('NFKD').replace(ACCENTS, ''))
    .normalize('NFC')
    .replace(/\p{Nd}/gu, asciiDigit)
}

/** Upper case first: it expands ß and ligatures, which lower case alone does not change. Upper case does not change ẞ. */
function foldCase(text: string): string {
  return text
    .replaceAll('ẞ', 'ss')
    .toUpperCase()
    .toLowerCase()
    .replace(/[øłđðħŧæœþς]/g, (letter) => STROKED[letter] ?? letter)
}
