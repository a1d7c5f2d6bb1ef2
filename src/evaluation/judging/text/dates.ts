import { MONTHS, monthNamed } from './month-names.js'
import { BREAK } from './segments.js'

const YEAR_LAST = /(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?![\d/-]|\.\d)/g
const YEAR_FIRST = /(?<![\d/.-])(\d{4})([/.])(\d{1,2})\2(\d{1,2})(?![\d/-]|\.\d)/g
/** 1789年7月14日, 7월 14일; words may be parted (see `segmented`). */
const CHINESE = new RegExp(
  `(?:(\\d{4})${BREAK}*[年년][\\s${BREAK}]*)?(?<!\\d)(\\d{1,2})${BREAK}*[月월][\\s${BREAK}]*(\\d{1,2})${BREAK}*[日号號일]`,
  'gu',
)
const WRITTEN_IN_DIGITS = /(?<![\d-])(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?![\d-])/g

/**
 * Dates in digits with the month's name: 1776-07-04, 07/04/1776 and 4.7.1776 -> 4 july 1776. Where both may be the month, it is the
 * first before a slash, as in American English, and the second before a full stop.
 */
export function digitDatesInWords(written: string): string {
  const text = /[月월]/.test(written)
    ? written.replace(CHINESE, (all, year: string | undefined, month: string, day: string) => inWords(day, month, year ?? '') ?? all)
    : written
  if (!/\d[/.-]\d/.test(text)) return text
  return text
    .replace(WRITTEN_IN_DIGITS, (written, year: string, month: string, day: string) => inWords(day, month, year) ?? written)
    .replace(YEAR_FIRST, (written, year: string, _, month: string, day: string) => inWords(day, month, year) ?? written)
    .replace(YEAR_LAST, (written, first: string, mark: string, second: string, year: string) => {
      const dayFirst = Number(first) > 12 || (mark === '.' && Number(second) <= 12)
      return (dayFirst ? inWords(first, second, year) : inWords(second, first, year)) ?? written
    })
}

function inWords(day: string, month: string, year: string): string | undefined {
  const name = MONTHS[Number(month) - 1]
  return name === undefined || Number(day) < 1 || Number(day) > 31 ? undefined : `${Number(day)} ${name} ${year}`.trim()
}

/**
 * The day and month at `at`, in this one order, however they are written: "july 4th", "4 july", "the fourth of july", "july the fourth", "4 jul",
 * and in other languages: "4. juli", "4 de julio de" before a year.
 * @param words lower case; number words are digits
 */
export function dateAt(words: readonly string[], at: number): { words: string[]; end: number } | undefined {
  const month = monthOf(words[at])
  const [next, third] = [words[at + 1], words[at + 2]]
  if (month !== undefined && next === 'the' && dayOf(third) !== undefined) return { words: [dayOf(third) as string, month], end: at + 3 }
  if (month !== undefined && dayOf(next) !== undefined) return { words: [dayOf(next) as string, month], end: at + 2 }
  const day = dayOf(words[at])
  if (day === undefined) return undefined
  if (monthOf(next) !== undefined) return { words: [day, monthOf(next) as string], end: afterOf(words, at + 2) }
  return /^(?:of|de|d)$/.test(next ?? '') && monthOf(third) !== undefined
    ? { words: [day, monthOf(third) as string], end: afterOf(words, at + 3) }
    : undefined
}

/** Spanish and Portuguese put "de" before the year. */
function afterOf(words: readonly string[], at: number): number {
  return /^(?:de|del)$/.test(words[at] ?? '') && /^\d{4}$/.test(words[at + 1] ?? '') ? at + 1 : at
}

function monthOf(word: string | undefined): string | undefined {
  return word === undefined ? undefined : monthNamed(word)
}

function dayOf(word: string | undefined): string | undefined {
  const day = /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(word ?? '')?.[1]
  return day !== undefined && Number(day) >= 1 && Number(day) <= 31 ? String(Number(day)) : undefined
}
