import { groupBy } from '../../group-by.js'
import type { Question } from '../question/question.js'

/** A fact from which one question of the atlas is made. */
export interface Fact {
  /** What the question is about, e.g. FR; forms the id together with the relation. */
  key: string
  /** Questions about one entity share it, e.g. country/FR. */
  group: string
  question: string
  /** Correct answers, the main one first; duplicates are removed. */
  answers: readonly string[]
}

/** The questions of one relation. A question that contains its own answer is left out, as repeating the question would count as correct. */
export function relation(name: string, facts: readonly Fact[]): Question[] {
  return facts
    .filter(({ question, answers }) => answers.every((answer) => !holdsWords(question, answer)))
    .map(({ key, group, question, answers }) => ({
      id: `atlas/${name}/${key}`,
      kind: 'oeqa',
      question,
      answers: [...new Set(answers)],
      subject: name,
      group,
    }))
}

/** Whether the words of `part` occur next to each other in `text`. */
function holdsWords(text: string, part: string): boolean {
  const words = (value: string) =>
    ` ${value
      .normalize('NFKD')
      .toLowerCase()
      .replace(/\p{M}/gu, '')
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()} `
  return words(text).includes(words(part))
}

/**
 * The items that can be asked in reverse: those that share no clue with another. Clues are compared without case, accents
 * and punctuation.
 */
export function withUniqueClue<T>(items: readonly T[], cluesOf: (item: T) => readonly string[]): T[] {
  const owners = groupBy(
    items.flatMap((item) => [...new Set(cluesOf(item).map(folded))].map((clue) => ({ item, clue }))),
    ({ clue }) => clue,
  )
  return items.filter((item) => cluesOf(item).every((clue) => owners.get(folded(clue))?.length === 1))
}

/** Letters and digits only, lower case, without accents. */
export function folded(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** "St. John's" is also "Saint John's", and the other way round. */
export function saintForms(name: string): string[] {
  const other = name.startsWith('St. ') ? name.replace(/^St\. /, 'Saint ') : name.replace(/^Saint[ -]/, 'St. ')
  return other === name ? [name] : [name, other]
}

/** Symbols and abbreviations that are also words: any sentence may contain "in" or "as" and would count as correct. */
const WORDS = new Set('a am an as at be by do go he hi i id in is it la ma me my no of oh ok on or pa so to up us we'.split(' '))

export function isWord(code: string): boolean {
  return WORDS.has(code.toLowerCase())
}
