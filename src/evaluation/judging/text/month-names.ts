import { fold } from './fold.js'

export const MONTHS: readonly string[] = 'january february march april may june july august september october november december'.split(' ')
const LOCALES = 'de fr es it pt nl sv da nb fi et lv lt pl cs sk hu ro hr sr sl mk bg ru uk be el tr az id ms sw ca eu gl is sq vi'.split(
  ' ',
)
const ENGLISH: Record<string, string> = {
  ...Object.fromEntries(MONTHS.flatMap((month) => [month, month.slice(0, 3)].map((name) => [name, month]))),
  sept: 'september',
}

let foreign: ReadonlyMap<string, string> | undefined

/** The English name of a month, from its name in English, short or long, or in another language, alone or after a day; folded. */
export function monthNamed(word: string): string | undefined {
  if (ENGLISH[word] !== undefined) return ENGLISH[word]
  if (word.length < 3 || /\d/.test(word)) return undefined
  foreign ??= foreignMonths()
  return foreign.get(word)
}

/** A name that means two months ("listopad" is November in Polish, October in Croatian) is left out. */
function foreignMonths(): Map<string, string> {
  const months = new Map<string, Set<string>>()
  for (const locale of LOCALES) {
    for (const form of [{ month: 'long' }, { day: 'numeric', month: 'long' }] as const) {
      const format = new Intl.DateTimeFormat(`${locale}-u-ca-gregory`, { ...form, timeZone: 'UTC' })
      MONTHS.forEach((month, index) => {
        const name = format.formatToParts(Date.UTC(2000, index, 15)).find(({ type }) => type === 'month')?.value ?? ''
        const word = fold(name).trim()
        if (/^\p{L}{3,}$/u.test(word)) months.set(word, (months.get(word) ?? new Set()).add(month))
      })
    }
  }
  return new Map([...months].flatMap(([word, named]) => (named.size === 1 ? [[word, [...named][0] as string]] : [])))
}
