/** Two or more capitals that are a Roman number: II, XIV. */
const ROMAN = /(?<![\p{L}\p{N}.'&])(?=[MDCLXVI]{2})M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?![\p{L}\p{N}'&]|\.\p{L})/gu
/** I, V and X only after a name: "Elizabeth I". */
const AFTER_NAME = /(?<=(?:^|[^\p{L}])\p{Lu}\p{Ll}+ )[IVX](?![\p{L}\p{N}'&]|\.\p{L})/gu
const VALUE: Record<string, number> = { I: 1, V: 5, X: 10, L: 50, C: 100, D: 500, M: 1000 }

/** Roman numbers as digits, "World War II" -> "World War 2", or as ordinals, "Henry VIII" -> "Henry 8th"; undefined if there are none. */
export function withoutRomanNumbers(text: string, form: 'cardinal' | 'ordinal'): string | undefined {
  if (!/[IVXLCDM]/.test(text)) return undefined
  const written = (roman: string, at: number) => (isNumber(roman, text.slice(0, at)) ? inDigits(roman) : roman)
  const inDigits = (roman: string) => `${numberOf(roman)}${form === 'ordinal' ? suffixOf(numberOf(roman)) : ''}`
  const changed = text.replace(ROMAN, written).replace(AFTER_NAME, inDigits)
  return changed === text ? undefined : changed
}

/** LI and XL are numbers only after a word ("Super Bowl LI"), D, C and M only in years: DI, MIX and CD are words. */
function isNumber(roman: string, before: string): boolean {
  if (/[CDM]/.test(roman)) return roman.length > 3 && numberOf(roman) >= 1100 && numberOf(roman) < 2200
  return !roman.includes('L') || /\p{L}\s$/u.test(before)
}

function numberOf(roman: string): number {
  const values = [...roman].map((letter) => VALUE[letter] as number)
  return values.reduce((total, value, index) => total + (value < (values[index + 1] ?? 0) ? -value : value), 0)
}

/** The ending of an English ordinal: st, nd, rd or th. */
export function suffixOf(value: number): string {
  const teen = value % 100 >= 11 && value % 100 <= 13
  return teen ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th')
}
