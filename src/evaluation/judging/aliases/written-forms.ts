import { foreignNumber } from '../text/foreign-numbers.js'

/** "n" for "and": Rock 'n' Roll, Guns N' Roses, Salt-N-Pepa. */
const N = /(?<=[\p{L}\p{N}])[\s-]*(?<![\p{L}\p{N}])['\u2018\u2019]?n['\u2018\u2019]?(?![\p{L}\p{N}])[\s-]*(?=\p{L})/giu
const AND = /(?<=[\p{L}\p{N}])\s+(?:and|&)\s+(?=\p{L})/giu
/** "city", "province", "year" at the end of a name: 北京市, 서울특별시, 1945年, 1945 г. */
const KIND =
  /(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{2})(?:自治区|特别行政区|市|省|县|縣|県|都|府|州)$|(?<=\p{Script=Hangul}{2})(?:특별자치시|특별시|광역시|시|도)$|(?<=\d)(?:年|년|人|명|歳|岁|세|\s?(?:г|р)\.)$/u

/** Pounds are money or a weight: "5 pounds" is "£5" or "5 lb". */
const LB = /(?<=\d\s?)lbs?(?![\p{L}\p{N}])\.?/giu
const POUNDS = /(?<=\d\s)pounds?(?![\p{L}\p{N}])(?! sterling)/giu

const OTHER_FORMS: readonly (readonly [written: RegExp, other: string])[] = [
  [N, ' and '],
  [AND, ' n '],
  [KIND, ''],
  [LB, ' pounds'],
  [POUNDS, 'lb'],
]

/**
 * A right answer as it is given, and as it may be written too: with "n" or "and", with "pounds" or "lb", without "city" after a
 * Chinese or Korean name, and a number word of another language in digits.
 */
export function writtenForms(alias: string): string[] {
  const text = alias.trim()
  const forms = OTHER_FORMS.map(([written, other]) => text.replace(written, other))
  const number = foreignNumber(text)
  return [alias, ...new Set(forms.filter((form) => form !== text && form !== '')), ...(number === undefined ? [] : [number])]
}
