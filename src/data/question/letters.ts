import { GraitError } from '../../errors.js'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** The letter of an option: 0 -> A. Letters follow the position, whatever labels the source uses. */
export function letterOf(index: number): string {
  const letter = LETTERS[index]
  if (letter === undefined) {
    throw new GraitError('data_invalid', `option ${index + 1} has no letter`, {
      hint: `A multiple-choice question may have at most ${LETTERS.length} options.`,
    })
  }
  return letter
}

/** The position of a letter, A -> 0; undefined if the text is not a single letter A-Z. */
export function indexOfLetter(text: string): number | undefined {
  const index = LETTERS.indexOf(text.trim())
  return text.trim().length === 1 && index >= 0 ? index : undefined
}
