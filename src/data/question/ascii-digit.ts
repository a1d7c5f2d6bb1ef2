/** A decimal digit of any script as 0-9. In Unicode, the ten digits of a script stand in a row that begins at a multiple of 16, or 6 after one. */
export function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) as number
  const first = code - (code % 16)
  const zero = /\p{Nd}/u.test(String.fromCodePoint(first)) ? first : first + 6
  return String(code - zero)
}
