import { InvalidArgumentError } from 'commander'

/** The value of an option that takes a whole number of at least `least`. */
function atLeast(text: string, least: number): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < least) {
    throw new InvalidArgumentError(`must be a whole number, ${least} or more`)
  }
  return value
}

/** The value of an option that takes a count: 1, 2, ... */
export function positiveWholeNumber(text: string): number {
  return atLeast(text, 1)
}

/** The value of an option that takes a whole number: 0, 1, 2, ... */
export function wholeNumber(text: string): number {
  return atLeast(text, 0)
}

/** The value of an option that takes any number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('must be a number above 0')
  return value
}

/** The value of an option that takes a seed: digits and nothing else. */
export function seedNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('must be a whole number')
  return Number(text)
}

/** The value of an option that takes whole numbers with commas between them. */
export function wholeNumbers(text: string): number[] {
  return text.split(',').map((part) => {
    if (!/^\s*\d+\s*$/.test(part)) throw new InvalidArgumentError('must be whole numbers, for example 1,2,3')
    return Number(part)
  })
}
