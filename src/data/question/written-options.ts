import { letterOf } from './letters.js'
import { isLabel, LATIN, labelForm, labelledRuns } from './option-labels.js'

/** A label before a text, with the sign that ends it: "A. Rome", "(b) Rome", "2) Rome". After a number a colon may belong to a ratio. */
const LABELLED = /^\s*(?:[([]([\p{L}\p{N}]{1,4})[)\]][.:]?|([\p{L}\p{N}]{1,4})(?:[).\]、．]|(?<=\p{L}):))\s+(\S.*)$/su
/** The same inside a text. */
const MARK = /(?<![\p{L}\p{N}.])[([]?([\p{L}]|\d{1,2})(?:[)\]]|[.:](?=\s))\s*/gu

/** Options whose texts begin with labels: without them, or undefined for labels that contradict the order. */
export type Unlabelled = { texts: string[] } | { contradicts: string } | undefined

/**
 * The options without the labels before their texts, where each option has one and they call the options in some order. Undefined where they have
 * none, and where nothing but the label tells two options apart: "1. Bundesliga", "2. Bundesliga".
 */
export function unlabelled(options: readonly string[]): Unlabelled {
  if (options.length < 2) return undefined
  const parts = options.map((option, at) => {
    const found = LABELLED.exec(option)
    return { label: found?.[1] ?? found?.[2] ?? '', text: found?.[3]?.trim() ?? '', at }
  })
  const texts = parts.map(({ text }) => text)
  if (texts.includes('') || new Set(texts).size < texts.length) return undefined
  const runs = labelledRuns(parts, ({ label }) => label).filter(({ items }) => items.length === options.length)
  if (runs.some(({ items }) => items.every(({ at }, index) => at === index))) return { texts }
  const [run] = runs
  return run === undefined ? undefined : { contradicts: options[run.items[0]?.at as number] as string }
}

/** What is wrong with options whose labels contradict their order, and what to do. */
export function contradicted(options: readonly string[], option: string): [message: string, hint: string] {
  return [
    `${JSON.stringify(option)} is option ${letterOf(options.indexOf(option))}: the labels in the options' texts contradict their order`,
    'Put the options in the order of their labels, or remove the labels.',
  ]
}

/** What is wrong with right answers that are labelled as options are ("A) Rome", "B) Paris"); undefined if they are not. */
export function labelledAnswers(answers: readonly string[]): string | undefined {
  const found = unlabelled(answers)
  return found === undefined
    ? undefined
    : `the answers are labelled as options are, as in ${JSON.stringify(answers[0])}, and all of them would be right`
}

/** What to do about them; how options are written follows. */
export const LABELLED_ANSWERS = 'If all are right, leave the labels out. If they are options, write them'

/** What a note says where labels were left out. */
export function labelNote(first: string): string {
  return `the labels that options' texts begin with are left out, as in ${JSON.stringify(first)}`
}

/** Whether a question's text lists its options ("Capital? A) Rome B) Paris") and one of these answers calls one of them, or is its text. */
export function choosesFromText(question: string, answers: readonly string[]): boolean {
  const marks = [...question.matchAll(MARK)].map(({ 0: { length }, 1: label = '', index }) => ({ label, index, end: index + length }))
  for (const [start, { label: first }] of marks.entries()) {
    const numbered = labelForm(first) === '1'
    if (!numbered && LATIN.positionOf(first) !== 0) continue
    const run: typeof marks = []
    for (const mark of marks.slice(start)) {
      const position = numbered ? Number(labelForm(mark.label)) - 1 : LATIN.positionOf(mark.label)
      if (position === run.length) run.push(mark)
    }
    if (run.length < 2) continue
    const options = run.map(({ label, end }, index) => [plain(label), plain(question.slice(end, run[index + 1]?.index))])
    if (answers.some((answer) => options.some((forms) => forms.includes(plain(answer))))) return true
  }
  return false
}

/** Whether an answer is nothing but a letter by which options are called: B, (b), B). */
export function isLetterOfOption(answer: string): boolean {
  const label = plain(answer)
  return !/\p{N}/u.test(labelForm(label)) && (isLabel(label, MOST_LABELS) || (LATIN.positionOf(label) ?? MOST_LETTERS) < MOST_LETTERS)
}

/** A to J, as in benchmarks of ten options: later letters are as often an answer of their own. */
const MOST_LETTERS = 10
/** In other alphabets, and Roman numbers: X is no option. */
const MOST_LABELS = 5

/** B, (b) and B) are one label; a text without the signs around it. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/^[\s([]+|[\s)\].,:;]+$/g, '')
    .toLowerCase()
}
