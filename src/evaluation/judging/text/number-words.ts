import { andAHalfAt, fractionAt } from './fractions.js'
import { suffixOf } from './roman.js'

const SMALL = [
  ...['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen'],
  ...['fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'],
]
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety']
const SMALL_ORDINALS = [
  ...['zeroth', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth', 'eleventh'],
  ...['twelfth', 'thirteenth', 'fourteenth', 'fifteenth', 'sixteenth', 'seventeenth', 'eighteenth', 'nineteenth'],
]
const TENS_ORDINALS = ['twentieth', 'thirtieth', 'fortieth', 'fiftieth', 'sixtieth', 'seventieth', 'eightieth', 'ninetieth']

const VALUE = new Map<string, number>([
  ...SMALL.map((word, value): [string, number] => [word, value]),
  ...TENS.map((word, index): [string, number] => [word, (index + 2) * 10]),
])
const ORDINAL = new Map<string, number>([
  ...SMALL_ORDINALS.map((word, value): [string, number] => [word, value]),
  ...TENS_ORDINALS.map((word, index): [string, number] => [word, (index + 2) * 10]),
])
const SCALE = new Map([
  ['thousand', 1e3],
  ['million', 1e6],
  ['billion', 1e9],
  ['trillion', 1e12],
])

const BEFORE_PRONOUN = new Set(
  'no the this that which each every any some last next other another same right wrong correct best'.split(' '),
)

/**
 * The longest English number that starts at `start`, as digits: "twenty one" -> "21", "two hundred and five" -> "205",
 * "5 million" -> "5000000", "twenty first" -> "21st", "nineteen eighty four" -> "1984", "minus four" -> "-4", "three and a half" -> "3.5".
 * "no one", "this one" and "one of" are no numbers.
 * @param words lower case, without punctuation
 * @returns the digits and the position after the number; undefined if none starts there
 */
export function numberAt(words: readonly string[], start: number): { text: string; end: number } | undefined {
  if (words[start] === 'minus' || words[start] === 'negative') return belowZero(words, start)
  const number = fractionAt(words, start) ?? yearAt(words, start) ?? cardinalAt(words, start)
  const value = number?.text ?? words[start] ?? ''
  const end = /^\d+$/.test(value) ? andAHalfAt(words, number?.end ?? start + 1) : undefined
  return end === undefined ? number : { text: `${value}.5`, end }
}

function belowZero(words: readonly string[], start: number): { text: string; end: number } | undefined {
  const next = words[start + 1] ?? ''
  const number = cardinalAt(words, start + 1) ?? (digits(next) === undefined ? undefined : { text: next, end: start + 2 })
  return number && { text: `-${number.text}`, end: number.end }
}

/** A year said in two halves: "nineteen eighty four", "twenty twenty", "nineteen oh five". */
function yearAt(words: readonly string[], start: number): { text: string; end: number } | undefined {
  const century = VALUE.get(words[start] ?? '')
  if (century === undefined || century < 10 || century > 20) return undefined
  const [next = '', last = ''] = [words[start + 1], words[start + 2]]
  const [tens, unit] = [VALUE.get(next) ?? 0, VALUE.get(last) ?? 0]
  if (next === 'oh' && unit > 0 && unit < 10) return { text: `${century}0${unit}`, end: start + 3 }
  if (tens < 10 || SCALE.has(last) || last === 'hundred') return undefined
  if (tens >= 20 && unit > 0 && unit < 10) return { text: `${century}${tens + unit}`, end: start + 3 }
  return tens >= 20 || century > 12 ? { text: `${century}${tens}`, end: start + 2 } : undefined
}

function cardinalAt(words: readonly string[], start: number): { text: string; end: number } | undefined {
  if (isPronounOne(words, start)) return undefined
  let total = 0
  let group: number | undefined
  let lowestScale = Infinity
  let at = start
  for (; at < words.length; at++) {
    const word = words[at] as string
    const scale = SCALE.get(word)
    const value = VALUE.get(word) ?? digits(word)
    const ordinal = ORDINAL.get(word)
    if (ordinal !== undefined && follows(group, ordinal) && (group !== undefined || at === start)) {
      return { text: ordinalText(total + (group ?? 0) + ordinal), end: at + 1 }
    }
    if (scale !== undefined && scale < lowestScale && (group !== undefined || at === start)) {
      total += (group ?? 1) * scale
      group = undefined
      lowestScale = scale
    } else if (word === 'hundred' && (group ?? 1) < 100) group = (group ?? 1) * 100
    else if (word === 'and' && (group ?? total) >= 100 && VALUE.has(words[at + 1] ?? '')) continue
    else if (value !== undefined && follows(group, value) && !(group === undefined && digits(word) !== undefined && at > start)) {
      group = (group ?? 0) + value
    } else break
  }
  if (at === start) return undefined
  // Digits alone stay as they are written ("007").
  if (at === start + 1 && digits(words[start] as string) !== undefined) return undefined
  return { text: String(Math.round((total + (group ?? 0)) * 1e6) / 1e6), end: at }
}

/** Whether `value` may be said after `group`: nothing, round hundreds, or tens before a unit. */
function follows(group: number | undefined, value: number): boolean {
  if (group === undefined) return true
  if (group % 100 === 0 && group >= 100) return value > 0 && value < 100
  return group % 10 === 0 && group % 100 >= 20 && value > 0 && value < 10
}

function digits(word: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(word) ? Number(word) : undefined
}

/** "no one", "the first one", "this one", "one of them". */
function isPronounOne(words: readonly string[], at: number): boolean {
  const before = words[at - 1] ?? ''
  const isPronoun = BEFORE_PRONOUN.has(before) || ORDINAL.has(before) || /^\d+(?:st|nd|rd|th)$/.test(before)
  return words[at] === 'one' && (isPronoun || words[at + 1] === 'of' || words[at + 1] === 'another')
}

function ordinalText(value: number): string {
  return `${value}${suffixOf(value)}`
}
