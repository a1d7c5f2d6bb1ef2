import type { AnswerWord } from '../text/normalise.js'
import type { Span } from '../text/text-run.js'
import { isCalledWrong } from './called-wrong.js'
import {
  AND,
  ASKS_FOR_YES,
  BETWEEN,
  DENIED_HELPER,
  INSTEAD,
  IS_AFTER_LETTER,
  NO,
  NO_BEFORE_VERB,
  NONE,
  NOT,
  OR,
  PAIRED,
  ROMANCE_VERB,
  THINK,
  THINK_NOT,
  UNSPACED_NO,
  UNSPACED_NOT,
  UNSPACED_WRONG_AFTER,
  WRONG_AFTER,
} from './denial-words.js'
import { joined, textOf } from './words-as-text.js'

/** How many words of another name may stand between a denial and this one: "not Rome, Berlin or London". */
const LISTED = 4
/** A comma in any script, as a mark between words. */
const COMMA = /^[,\u3001\uff0c]$/
/** How far denials of what stands before them are sought. */
const AFTER = 8

/**
 * Whether the answer denies what it names here, in any language of `denial-words`: "not Paris", "neither Rome nor Paris", "Paris is
 * wrong", "Paris isn't the capital", "London rather than Paris", "Paris? No", 不是巴黎, パリではない. A denial reaches to the next
 * comma or full stop, and over a list; "not only Paris" and "nothing but Paris" are none.
 */
export function isDenied(words: readonly AnswerWord[], { from, to }: Span): boolean {
  return deniedBefore(words, from) || deniedInList(words, from, to) || deniedAfter(words, to) || answeredNo(words, to)
}

function deniedBefore(words: readonly AnswerWord[], from: number): boolean {
  if (isCalledWrong(words, from) || THINK_NOT.test(textOf(words.slice(Math.max(0, from - 9), from)))) return true
  if (UNSPACED_NOT.test(joined(words.slice(Math.max(0, from - 4), from)))) return true
  for (let at = from - 1; at >= 0 && words[at + 1]?.markBefore === ''; at--) {
    const { text } = words[at] as AnswerWord
    const before = textOf(words.slice(Math.max(0, at - 12), at + 1))
    const instead = INSTEAD.exec(before)
    if (instead !== null) return !NONE.test(before.slice(0, instead.index))
    if (NOT.has(text)) return !isTakenBack(words, at)
    if (THINK.has(text)) return DENIED_HELPER.has(words[at - 1]?.text ?? '')
    if (text === 'doubt') return !DENIED_HELPER.has(words[at - 1]?.text ?? '') && words[at - 1]?.text !== 'without'
    if (PAIRED.has(text) && words.some((word, index) => word.text === text && index !== at)) return true
    if (NO_BEFORE_VERB.test(text)) return deniesVerb(words, at)
    if (!BETWEEN.has(text) && !ROMANCE_VERB.test(text) && !isPartOfName(words, at, from)) return false
  }
  return false
}

/** "William" before "Shakespeare", "July" before "1969": the name is longer than what is sought. */
function isPartOfName(words: readonly AnswerWord[], at: number, from: number): boolean {
  return from - at <= LISTED && words.slice(at, from).every(({ capital }) => capital) && (words[from] as AnswerWord).markBefore === ''
}

/** "No one except Paris", "not without Paris"; "to be or not to be"; "Isn't it Paris?", "Why not Paris?" */
function isTakenBack(words: readonly AnswerWord[], at: number): boolean {
  if (words[at - 1]?.text === 'or' || asksForYes(words, at)) return true
  const exception = /^(?:except|excluding|without|unlike|behalve|kecuali|excepto|salvo|sauf|ausser)$/.test((words[at] as AnswerWord).text)
  return exception && NONE.test(textOf(words.slice(Math.max(0, at - 6), at)))
}

function asksForYes(words: readonly AnswerWord[], at: number): boolean {
  const begin = words.findLastIndex(({ markBefore }, index) => index <= at && (markBefore !== '' || index === 0))
  const first = words[begin]?.text ?? ''
  if (begin > at || !ASKS_FOR_YES.test(first)) return false
  return first === 'why' || words.slice(at).find(({ markAfter }) => /[.?!;]/.test(markAfter))?.markAfter === '?'
}

function deniesVerb(words: readonly AnswerWord[], at: number): boolean {
  return ROMANCE_VERB.test(words[at + 1]?.text ?? '') || words.slice(at).some(({ text }) => text === 'sino')
}

/** "not Rome or London", "not Rome, Berlin or London", "unlike Rome and London, ..." */
function deniedInList(words: readonly AnswerWord[], from: number, to: number): boolean {
  let at = from
  while (at > 0 && words[at]?.markBefore === '' && BETWEEN.has(words[at - 1]?.text ?? '')) at -= 1
  const joiner = words[at]?.markBefore === '' ? (words[at - 1]?.text ?? '') : (words[at]?.markBefore ?? '')
  const goesOn = words.slice(to, to + LISTED + 1).some(({ text }) => OR.has(text))
  const joins = OR.has(joiner) || (AND.has(joiner) && endsClause(words, to)) || (COMMA.test(joiner) && goesOn)
  const listed = COMMA.test(joiner) && at === from && (endsClause(words, to) || AND.has(words[to]?.text ?? ''))
  if (listed && calledWrongTogether(words, from)) return true
  return joins && deniedListed(words, words[at]?.markBefore === '' ? at - 1 : at)
}

/** Whether the things of a list that ends before `end` are denied. */
function deniedListed(words: readonly AnswerWord[], end: number): boolean {
  for (let start = end - 1; start >= Math.max(0, end - LISTED); start--) {
    if (deniedBefore(words, start)) return true
    if (words[start]?.markBefore === ',') return deniedListed(words, start)
    if (words[start]?.markBefore !== '') return false
  }
  return false
}

/** "Incorrect: A, C, D". */
function calledWrongTogether(words: readonly AnswerWord[], end: number): boolean {
  const first = words.findLastIndex(({ markBefore }, at) => at < end && !COMMA.test(markBefore))
  return first >= end - LISTED && isCalledWrong(words, first)
}

function endsClause(words: readonly AnswerWord[], to: number): boolean {
  return to >= words.length || words[to]?.markBefore !== ''
}

/** "Paris is wrong", and as one of several: "A and C are wrong", "A, C and D are wrong". */
function deniedAfter(words: readonly AnswerWord[], to: number): boolean {
  if (isWrongFrom(words, to)) return true
  let joiner = to
  while (joiner < to + LISTED && words[joiner]?.markBefore === ',' && !isJoiner(words[joiner])) joiner += 1
  return isJoiner(words[joiner]) && (isWrongFrom(words, joiner + 2) || isWrongFrom(words, joiner + 3))
}

function isJoiner(word: AnswerWord | undefined): boolean {
  return word !== undefined && (AND.has(word.text) || OR.has(word.text))
}

function isWrongFrom(words: readonly AnswerWord[], at: number): boolean {
  const after = clauseFrom(words, at)
  return after.length > 0 && (WRONG_AFTER.test(textOf(after)) || UNSPACED_WRONG_AFTER.test(joined(after)))
}

/** The words to the next mark; a dash or a colon may stand before them, and what marks a letter: "B - wrong", "B) is wrong". */
function clauseFrom(words: readonly AnswerWord[], to: number): AnswerWord[] {
  const first = words[to]
  if (first === undefined) return []
  const follows = /^[-\u2013\u2014:]?$/.test(first.markBefore) || (/^[.)]$/.test(first.markBefore) && IS_AFTER_LETTER.test(first.text))
  if (!follows) return []
  const next = words.slice(to, to + AFTER)
  const end = next.findIndex(({ markBefore }, index) => index > 0 && markBefore !== '')
  return end < 0 ? next : next.slice(0, end)
}

/** "London? No, Paris"; "London, no". "Paris, no?" and "Paris, no doubt" are no denials. */
function answeredNo(words: readonly AnswerWord[], to: number): boolean {
  for (let at = to; at < Math.min(words.length, to + AFTER); at++) {
    const mark = (words[at] as AnswerWord).markBefore
    if (mark === '?') return saysNo(words, at)
    if (mark !== '') return at === to && saysNo(words, at)
  }
  return false
}

function saysNo(words: readonly AnswerWord[], at: number): boolean {
  const { text, markBefore, markAfter } = words[at] as AnswerWord
  if (UNSPACED_NO.test(joined(words.slice(at, at + 3)))) return markBefore === '?'
  if (!NO.has(text)) return false
  const next = words[at + 1]?.text ?? ''
  if (markBefore === '?' && text === 'no') return !/^(?:doubt|question)$/.test(next)
  // "B. Incorrect: A" says it of A.
  if (markAfter === ':' && markBefore !== '?') return false
  return markAfter !== '' ? markAfter !== '?' : next === ''
}
