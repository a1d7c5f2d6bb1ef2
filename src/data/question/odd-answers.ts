import { textsOfCell } from './list-cell.js'
import type { Question } from './question.js'

/** What programs write for a missing value where people may write it as a text. Na is sodium, and none is a word. */
const ABSENT = /^(?:None|null|NULL|NA|N\/A|n\/a|N\.A\.|n\.a\.|NaT|[-–—]+)$/
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
const SPREADSHEET = new RegExp(
  `^(?:[-+]?\\d(?:[.,]\\d+)?E[-+]?\\d+|\\d{1,2}-${MONTH}(?:-\\d{2}(?:\\d{2})?)?|${MONTH}-\\d{2}(?:\\d{2})?|\\d{4}-\\d\\d-\\d\\d[ T]00:00(?::00.*)?|\\d+\\.0)$`,
)
const TAG = /<\/?(?:a|b|i|u|p|br|em|strong|small|sub|sup|span|div|font|code|pre|ul|ol|li|td|tr|h[1-6])(?:\s[^<>]*)?\/?>/gi
const ENTITY = /&(?:amp|lt|gt|quot|apos|nbsp|#\d{2,5}|#x[\da-f]{2,5});/i

/** Whether a text is nothing but the sign of a missing value. */
export function isAbsent(text: string): boolean {
  return ABSENT.test(text.trim())
}

/** Whether a text is a formula that a spreadsheet should have worked out: =1+2, =SUM(A1:A3), =B2. */
export function isFormula(text: string): boolean {
  return /^=\s*[-+(]?\s*(?:\$?[A-Z]{1,3}\$?\d|\d|[A-Z]{2,}\()/.test(text.trim())
}

/** Whether a spreadsheet's column was too narrow for what it held: ######## */
export function isTooNarrow(text: string): boolean {
  return /^#{3,}$/.test(text.trim())
}

const ODD: readonly [says: string, test: (answer: string) => boolean][] = [
  ['stands for a missing value in many files', (answer) => isAbsent(answer) || /^(?:nan|<na>|#n\/a)$/i.test(answer.trim())],
  ['looks like what a spreadsheet or pandas made of a date or a number', (answer) => SPREADSHEET.test(answer.trim())],
  ['is what a spreadsheet shows or computes with, not a value', (answer) => isFormula(answer) || isTooNarrow(answer)],
  ['holds signs of HTML', (answer) => ENTITY.test(answer) || (answer.search(TAG) >= 0 && answer.replace(TAG, '').trim() !== '')],
]

/** What a reader should know of right answers that are read as they stand and may be meant in another way. */
export function oddAnswerNotes(questions: readonly Question[]): string[] {
  const answers = questions.flatMap(({ id, answers: texts = [] }) => texts.map((text) => ({ id, text })))
  return ODD.flatMap(([says, test]) => {
    const [first, ...others] = answers.filter(({ text }) => test(text))
    if (first === undefined) return []
    const more = others.length === 0 ? '' : `, as ${others.length} more ${others.length === 1 ? 'does' : 'do'}`
    return [`the answer ${JSON.stringify(first.text)} (question ${first.id}) ${says}${more}: it is read as it stands`]
  })
}

/** Whether one text seems to hold several, with other signs between them than those that separate texts. */
export function seemsSeveral(text: string): boolean {
  return /(?<!&#?\w{1,8});\s*\S|；|\n|\p{L}\s+\/\s+\p{L}/u.test(text)
}

/** The first of these texts that holds a comma between words, where at least a third of them do: then it may separate them. */
export function commaSeparated(texts: readonly string[]): string | undefined {
  const found = texts.filter((text) => /\p{L}[^,]*,\s*\p{L}/u.test(text))
  return found.length >= 2 && found.length * 3 >= texts.length ? found[0] : undefined
}

/** What a reader should know where each question of a list has one answer, which may hold several. */
export function severalInOneNote(questions: readonly Question[]): string[] {
  const open = questions.flatMap(({ id, answers }) => (answers === undefined ? [] : [{ id, answers }]))
  const single = open.flatMap(({ id, answers }) => (answers.length === 1 ? [{ id, text: answers[0] as string }] : []))
  const barred = single.find(({ text }) => text.includes('|') && !text.startsWith('[') && (textsOfCell(text)?.length ?? 1) > 1)
  const alone = single.length === open.length
  const comma = alone ? commaSeparated(single.map(({ text }) => text)) : undefined
  const found = barred ?? (alone ? (single.find(({ text }) => seemsSeveral(text)) ?? single.find(({ text }) => text === comma)) : undefined)
  if (found === undefined) return []
  return [`the answer ${JSON.stringify(found.text)} (question ${found.id}), and others like it, is one text: several are a list of texts`]
}
