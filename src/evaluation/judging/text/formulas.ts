const SCIENTIFIC = /(\d(?:\.\d+)?)\s?(?:[x*\u00d7\u00b7]|\\times|\\cdot)\s?10\s?\^\s?\{?\s?([-\u2212+]?)(\d{1,3})\}?(?!\d)/gu
const EXPONENT = /(?<![\p{L}\p{N}.])(\d(?:\.\d+)?)e([-\u2212+]?)0*(\d{1,3})(?![\p{L}\p{N}])/gu
const SIGNS: readonly (readonly [sign: RegExp, words: string])[] = [
  [/\\[dt]?frac\s*\{?\s*(\d+)\s*\}?\s*\{?\s*(\d+)\s*\}?/g, '$1/$2'],
  [/\\sqrt\s*\{?\s*(\d[\d.,]*)\s*\}?|\u221a\s?\(?(\d[\d.,]*)\)?/gu, ' square root of $1$2 '],
  [/\\times/g, '\u00d7'],
  [/\\cdot/g, '\u00b7'],
  [/\\(?:leq?|geq?|neq?)(?![a-z])/g, ' other than '],
  [/<\/?[a-z][a-z0-9]*>|<(?=\d[^<>]*>)|^\s*>\s/g, ' '],
  [/[<\u2264]\s?(?=[-\u2212]?\d)/gu, ' less than '],
  [/(?<![-=>])[>\u2265]\s?(?=[-\u2212]?\d)/gu, ' more than '],
  [/\u2260\s?(?=[-\u2212]?\d)/gu, ' other than '],
]
/** \frac12 is one half. */
const SHORT_FRACTION = /\\[dt]?frac\s?(\d)\s?(\d)(?!\d)/g
const POWER = /(?<=\d)\s?\^\s?\{?\s?([-\u2212]?\d+)\}?/gu

/**
 * The signs of formulas around numbers in words, in a folded text: "6.02 × 10^23" -> "6.02e23", "2^5" -> "2 power 5", "√5" -> "square root
 * of 5", "<5" -> "less than 5", and LaTeX: "\frac{1}{2}" -> "1/2".
 */
export function formulasInWords(text: string): string {
  if (!/[\\^<>\u2260\u2264\u2265\u221a\u00d7\u00b7]|\de[-+\d]/u.test(text)) return text
  const plain = SIGNS.reduce((rest, [sign, words]) => rest.replace(sign, words), text.replace(SHORT_FRACTION, '$1/$2'))
  return plain
    .replace(SCIENTIFIC, (_, number: string, sign: string, power: string) => inOneForm(number, sign, power))
    .replace(EXPONENT, (_, number: string, sign: string, power: string) => inOneForm(number, sign, power))
    .replace(POWER, ' power $1')
}

/** A form without a sign, which is one word. */
function inOneForm(number: string, sign: string, power: string): string {
  const below = /[-\u2212]/u.test(sign) ? 'minus' : ''
  return `${Number(number)}e${below}${Number(power)}`.replace('.', 'point')
}
