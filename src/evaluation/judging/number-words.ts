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

/**
 * English number words as digits: "twenty one" -> "21", "two hundred and five" -> "205", "5 million" -> "5000000",
 * "twenty first" -> "21st". "no one" and "one of" are no numbers.
 * @param words lower case, without punctuation
 */
export function numbersAsDigits(words: readonly string[]): string[] {
  const written: string[] = []
  for (let at = 0; at < words.length; ) {
    const number = numberAt(words, at)
    if (number === undefined) {
      written.push(words[at] as string)
      at += 1
    } else {
      written.push(number.text)
      at = number.end
    }
  }
  return written
}

/** The longest number that starts at `start`. */
function numberAt(words: readonly string[], start: number): { text: string; end: number } | undefined {
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
      return { text: withSuffix(total + (group ?? 0) + ordinal), end: at + 1 }
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

function isPronounOne(words: readonly string[], at: number): boolean {
  return words[at] === 'one' && (words[at - 1] === 'no' || words[at + 1] === 'of' || words[at + 1] === 'another')
}

function withSuffix(value: number): string {
  const teen = value % 100 >= 11 && value % 100 <= 13
  const suffix = teen ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th')
  return `${value}${suffix}`
}
