import { shortForm } from './abbreviations.js'
import { dateAt, digitDatesInWords } from './dates.js'
import { fold } from './fold.js'
import { numberAt } from './number-words.js'
import { signsAsWords, unitName } from './quantities.js'
import { BREAK, segmented, UNSPACED } from './segments.js'

const RANGE = new Set(['to', 'until', 'till', 'through', 'thru'])
const ARTICLES = new Set(['a', 'an', 'the'])

/** What stands before the minus of a negative number: nothing that could make it a hyphen or a range. */
const MINUS = '(?<![\\p{L}\\p{N}\\p{M}\\p{Pd}\\u2212)\\]]|\\d\\s)[-\\u2212]'
/** 8,5: one or two digits, or more than three, after one comma. */
const DECIMAL_COMMA = '(?<![\\d,])\\d+,(?:\\d{1,2}|\\d{4,})(?!,?\\d)'
const NUMBER = `(?:${MINUS})?(?:\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d{1,2}(?:,\\d{2})+,\\d{3}|${DECIMAL_COMMA}|\\d+(?:\\.\\d+)+)(?![\\p{L}\\p{N}])`
const NEGATIVE = `${MINUS}\\d+(?![\\p{L}\\p{N}])`
/** "+" and "#" belong to a word that they follow: C++, C#. */
const WORD = `(?:(?!${UNSPACED})[\\p{L}\\p{N}\\p{M}])+(?:\\+\\+|\\+(?![\\p{L}\\p{N}])|#)?`
const TOKEN = new RegExp(`${NUMBER}|${NEGATIVE}|${UNSPACED}|${WORD}`, 'gu')
const CLAUSE_END = /[.,;:!?()\u2013\u2014\u2026]|\s-\s|[\u3001\u3002\uff0c\u060c\u061b\u061f\u0964]/
/** A formula: $x$. In "from $5 to $10" a digit follows the second sign. */
const FORMULA = /\$(?=\S)([^$]*[^\s$])\$(?!\d)/g

/** The full stop after these ends nothing. */
const TITLE = /(?<![\p{L}])(mrs?|ms|dr|st|prof|mt|sen|gov|gen|rev|capt|col|lt|sgt)\.\s*(?=\p{L})/gu

/** A word of an answer, and what its neighbours are. */
export interface AnswerWord {
  text: string
  /** The comma, full stop or the like before it; '' if there is none. A question mark counts more than others. */
  markBefore: string
  /** The same after it. */
  markAfter: string
  /** An article before it that was left out; '' if there is none. */
  article: string
  /** The number of the longer word that it is part of, in scripts without blanks, where each character is a word here. */
  segment: number
  /** Whether it is written with a capital, in a text that is not all capitals: perhaps a part of a name. */
  capital: boolean
}

export interface WordOptions {
  /** Leave out a, an, the; default true. The last word stays ("Vitamin A"). */
  dropArticles?: boolean | undefined
  /** Leave out the 's of a possessive; default false ("McDonald's" is a name). */
  dropPossessive?: boolean | undefined
}

/**
 * An answer as comparable words: folded (see `fold`), punctuation and articles dropped, number words as digits, day before month
 * ("The Twenty-First of Mäy" -> 21, may).
 */
export function answerWords(text: string, options: WordOptions = {}): string[] {
  return wordsOfAnswer(text, options).map((word) => word.text)
}

/** `answerWords`, with the marks and segments between them. */
export function wordsOfAnswer(text: string, { dropArticles = true, dropPossessive = false }: WordOptions = {}): AnswerWord[] {
  const folded = signsAsWords(digitDatesInWords(fold(segmented(text.replace(FORMULA, ' $1 ')))))
  const joined = folded
    .replace(/(\p{L}|\d)'s(?![\p{L}\p{N}])/gu, (_, before: string) => (dropPossessive && !/\d/.test(before) ? before : `${before}s`))
    .replace(/'/g, '')
    .replace(TITLE, '$1 ')
    .replace(
      /(?<![\p{L}\p{N}])(?:\p{L}\.\s*)+(?:\p{L}\.|(?<=\.)\p{L}(?![\p{L}\p{N}]))\s*/gu,
      (initials) => `${initials.replace(/[.\s]/g, '')} `,
    )
  const { words, end } = tokens(joined, capitalsOf(text))
  const written = datesInOrder(withoutRangeWords(erasInOrder(numbersAsDigits(words))))
  return withMarksAfter(dropArticles ? without(written, isDroppedArticle) : written, end)
}

function isDroppedArticle({ text }: AnswerWord, index: number, words: readonly AnswerWord[]): boolean {
  return ARTICLES.has(text) && index < words.length - 1
}

/** Words without those that are left out. The marks before and after those now stand between the others. */
export function without(
  words: readonly AnswerWord[],
  isLeftOut: (word: AnswerWord, index: number, words: readonly AnswerWord[]) => boolean,
): AnswerWord[] {
  const kept: AnswerWord[] = []
  let [mark, article] = ['', '']
  words.forEach((word, index) => {
    const markBefore = mark || word.markBefore
    const isArticle = ARTICLES.has(word.text)
    if (isLeftOut(word, index, words)) [mark, article] = [markBefore, isArticle ? word.text : article]
    else {
      kept.push({ ...word, markBefore, article: article || word.article })
      ;[mark, article] = ['', '']
    }
  })
  return withMarksAfter(kept, mark || (words.at(-1)?.markAfter ?? ''))
}

function withMarksAfter(words: readonly AnswerWord[], end: string): AnswerWord[] {
  return words.map((word, index) => ({ ...word, markAfter: words[index + 1]?.markBefore ?? end }))
}

/** `answerWords` joined by blanks. */
export function normaliseAnswer(text: string): string {
  return answerWords(text).join(' ')
}

/** Whether the words are nothing but articles. */
export function onlyArticles(words: readonly string[]): boolean {
  return words.every((word) => ARTICLES.has(word))
}

/** The words that a text writes with a capital, folded. */
function capitalsOf(text: string): Set<string> {
  return /\p{Ll}/u.test(text) ? new Set((text.match(/(?<![\p{L}\p{M}])\p{Lu}[\p{L}\p{M}]*/gu) ?? []).map(fold)) : new Set()
}

/** The words of a text, and the mark after the last one. */
function tokens(text: string, capitals: ReadonlySet<string>): { words: AnswerWord[]; end: string } {
  const words: AnswerWord[] = []
  let end = 0
  let segment = 0
  for (const match of text.matchAll(TOKEN)) {
    const between = text.slice(end, match.index)
    if (between !== '' || words.length === 0) segment += 1
    words.push({
      text: plainNumber(match[0]),
      markBefore: markIn(between),
      markAfter: '',
      article: '',
      segment,
      capital: capitals.has(match[0]),
    })
    end = match.index + match[0].length
  }
  return { words, end: markIn(text.slice(end)) }
}

function markIn(between: string): string {
  if (/[?\u061f\uff1f]/.test(between)) return '?'
  return CLAUSE_END.exec(between.replaceAll(BREAK, ''))?.[0].trim() ?? ''
}

function numbersAsDigits(words: readonly AnswerWord[]): AnswerWord[] {
  const texts = words.map((word) => word.text)
  const written: AnswerWord[] = []
  for (let at = 0; at < words.length; ) {
    // "per second" has a unit, not an ordinal.
    const number = texts[at - 1] === 'per' ? undefined : numberAt(texts, at)
    const word = words[at] as AnswerWord
    const isUnit = number === undefined && isAfterNumber(written) && word.markBefore === ''
    written.push({ ...word, text: number?.text ?? (isUnit ? unitName(word.text) : shortForm(word.text)) })
    at = number?.end ?? at + 1
  }
  return written
}

/** After "5", "5 square", "5 m per". */
function isAfterNumber(written: readonly AnswerWord[]): boolean {
  const last = written.at(-1)?.text ?? ''
  if (last === 'per') return isAfterNumber(written.slice(0, -2))
  return /^-?\d/.test(last === 'square' || last === 'cubic' ? (written.at(-2)?.text ?? '') : last)
}

/** "ad 79" and "79 ce" -> "79 ad"; "44 bce" -> "44 bc". */
function erasInOrder(words: readonly AnswerWord[]): AnswerWord[] {
  const written = [...words]
  const isYear = (at: number) => /^\d+$/.test(written[at]?.text ?? '')
  written.forEach((word, at) => {
    const text = { bce: 'bc', ce: 'ad' }[word.text]
    if (text !== undefined && isYear(at - 1)) written[at] = { ...word, text }
    else if (word.text === 'ad' && isYear(at + 1) && !isYear(at - 1)) {
      const year = written[at + 1] as AnswerWord
      written[at] = { ...year, markBefore: word.markBefore, article: word.article }
      written[at + 1] = { ...word, markBefore: '', article: '' }
    }
  })
  return written
}

/** "1939 to 1945" -> 1939 1945, as "1939-1945" is read. */
function withoutRangeWords(words: readonly AnswerWord[]): AnswerWord[] {
  const isNumber = (at: number) => /^\d+(?:\.\d+)?$/.test(words[at]?.text ?? '')
  return words.filter(({ text }, at) => !(RANGE.has(text) && isNumber(at - 1) && isNumber(at + 1)))
}

function datesInOrder(words: readonly AnswerWord[]): AnswerWord[] {
  const texts = words.map((word) => word.text)
  const written: AnswerWord[] = []
  for (let at = 0; at < words.length; ) {
    const date = dateAt(texts, at)
    const word = words[at] as AnswerWord
    if (date === undefined) written.push(word)
    else written.push(...date.words.map((text, index) => ({ ...word, text, markBefore: index === 0 ? word.markBefore : '' })))
    at = date?.end ?? at + 1
  }
  return written
}

/** 1,000 -> 1000; 8,5 -> 8.5; 4.50 -> 4.5; 4.0 -> 4; −5 -> -5. Anything else is not changed. */
function plainNumber(token: string): string {
  if (!/^[-\u2212]?[\d.,]+$/.test(token)) return token
  const written = token
    .replace(/^([-\u2212]?\d+),(\d{1,2}|\d{4,})$/, '$1.$2')
    .replaceAll(',', '')
    .replace('\u2212', '-')
  return /^-?\d+\.\d+$/.test(written) ? written.replace(/\.?0+$/, '') : written
}
