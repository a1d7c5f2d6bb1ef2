import { GraitError } from '../../errors.js'
import type { Place } from '../question/checked-question.js'
import { letterOf } from '../question/letters.js'
import { FROM_0, FROM_1, LATIN, type Labelling, OTHER_LETTERS, ROMAN } from '../question/option-labels.js'

/** What a row says of its right option, and the options themselves. */
export interface AnswerCell {
  text: string
  options: readonly string[]
  place: Place
}

/** The right options of a file's rows, as positions from 0. */
export interface RightOptions {
  positions: number[]
  /** How cells were read, where only the whole column tells. */
  notes: string[]
}

/** A way to write a right option. */
interface Form {
  meaning: string
  positionOf(cell: AnswerCell): number | undefined
}

const TEXT: Form = { meaning: "an option's text", positionOf: ({ text, options }) => textPosition(text, options) }
const formOf = ({ meaning, positionOf }: Labelling): Form => ({ meaning, positionOf: ({ text }) => positionOf(plainLabel(text)) })
const BY_NUMBER = [FROM_0, FROM_1].map(formOf)

/** Options are called as their columns are called, by their texts, or by numbers; those of a list in any way. */
function formsFor(labels: Labelling | undefined): Form[] {
  if (labels === undefined) return [formOf(LATIN), TEXT, ...BY_NUMBER, ...OTHER_LETTERS.map(formOf)]
  const numbered = labels === FROM_0 || labels === FROM_1
  return [formOf(numbered ? LATIN : labels), TEXT, ...(numbered ? [formOf(labels)] : BY_NUMBER), formOf(ROMAN)]
}

/**
 * Finds the right options of all rows. A column is written in one form: letters, the options' texts, or positions that count from 0 or
 * from 1. It is taken in the one form that every row has. Letters and texts may be mixed if no row can be both.
 * @throws GraitError data_invalid naming the first row that has no right option, or that two forms read differently
 */
export function rightOptions(cells: readonly AnswerCell[], labels: Labelling | undefined): RightOptions {
  const possible = formsFor(labels)
  const forms = possible.filter((form) => cells.every((cell) => positionIn(form, cell) !== undefined))
  const [form] = forms
  if (form === undefined) return { positions: cells.map((cell) => mixedPosition(cell, possible)), notes: [] }
  const unclear = cells.find((cell) => new Set(forms.map((each) => positionIn(each, cell))).size > 1)
  if (unclear !== undefined) throw ambiguous(unclear, forms)
  // A column of numbers says which option is meant; a number that is an option's text too may be meant as such.
  const numeric = forms.every((each) => BY_NUMBER.includes(each) || isNumbered(each, labels))
  const other = numeric ? cells.find((cell) => ![undefined, positionIn(form, cell)].includes(positionIn(TEXT, cell))) : undefined
  if (other !== undefined) throw ambiguous(other, [TEXT, form])
  const counted = forms.every((each) => BY_NUMBER.includes(each))
  return {
    positions: cells.map((cell) => positionIn(form, cell) as number),
    notes: [
      ...(counted && cells.length > 0 ? [`the right options are ${form.meaning.replace('a position', 'positions')}`] : []),
      ...otherReading(cells, form, possible),
    ],
  }
}

/** A cell that could be read in another way, had the other rows not shown the form of the column. */
function otherReading(cells: readonly AnswerCell[], form: Form, [letters]: readonly Form[]): string[] {
  const others = [letters as Form, TEXT].filter((other) => other !== form)
  for (const cell of cells) {
    const read = positionIn(form, cell) as number
    for (const other of others) {
      const position = positionIn(other, cell)
      if (position === undefined || position === read) continue
      const [one, two] = [form, other].map(({ meaning }) => meaning)
      return [
        `as in all rows, ${JSON.stringify(cell.text)} in line ${cell.place.line} is ${one} (option ${letterOf(read)}), though it could be ${two} (option ${letterOf(position)})`,
      ]
    }
  }
  return []
}

function isNumbered({ meaning }: Form, labels: Labelling | undefined): boolean {
  return (labels === FROM_0 || labels === FROM_1) && labels.meaning === meaning
}

function positionIn(form: Form, cell: AnswerCell): number | undefined {
  const position = form.positionOf(cell)
  return position !== undefined && position < cell.options.length ? position : undefined
}

/** B, b, (B), B., B), Option B, 2.0 */
function plainLabel(text: string): string {
  return /^(?:(?:option|choice|answer)[\s_]*)?[([]?([^\s()[\]]+?)(?:\.0)?[)\]]?[.):]?$/i.exec(text.normalize('NFKC'))?.[1] ?? text
}

/** The one option with this text; its letter may stand before it: "B. Paris". Spreadsheets write True as TRUE, so case counts only where it must. */
function textPosition(text: string, options: readonly string[]): number | undefined {
  const exact = onlyPosition(options, (option) => option === text)
  if (exact !== undefined || options.includes(text)) return exact
  const [, letter = '', rest = ''] = /^[([]?([A-Z])[)\].:]+\s+(.+)$/s.exec(text) ?? []
  const position = LATIN.positionOf(letter)
  if (position !== undefined && options[position] === rest) return position
  return onlyPosition(options, (option) => caseless(option) === caseless(text))
}

function onlyPosition(options: readonly string[], isIt: (option: string) => boolean): number | undefined {
  const first = options.findIndex(isIt)
  return first >= 0 && options.findLastIndex(isIt) === first ? first : undefined
}

function caseless(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
}

function mixedPosition(cell: AnswerCell, [letters]: readonly Form[]): number {
  const forms = [letters as Form, TEXT]
  const [found, other] = new Set(forms.map((form) => positionIn(form, cell)).filter((position) => position !== undefined))
  if (other !== undefined) throw ambiguous(cell, forms)
  if (found === undefined) throw noOption(cell)
  return found
}

function ambiguous(cell: AnswerCell, forms: readonly Form[]): GraitError {
  const readings = forms.map((form) => `${form.meaning} (option ${letterOf(positionIn(form, cell) as number)})`)
  return refused(
    cell,
    `${JSON.stringify(cell.text)} may be ${readings.join(' or ')}`,
    'Write the letter of the right option, A, B, ..., in every row; or give the questions as JSON Lines.',
  )
}

function noOption(cell: AnswerCell): GraitError {
  const { text, options } = cell
  const last = letterOf(Math.max(0, options.length - 1))
  const several =
    /^[a-z](?:\s*(?:[,;&/|]|and)\s*[a-z])+$/i.test(text) || (text.length > 1 && [...text].every((letter) => 'ABCDEFGHIJ'.includes(letter)))
  const hint = several
    ? 'A multiple-choice question has one right option: keep one, or make it an open-ended question with the column "answers".'
    : options.indexOf(text) !== options.lastIndexOf(text)
      ? 'Two options have this text: write the letter of the right one.'
      : 'The column "answer" must hold the letter of the right option, or its exact text.'
  return refused(cell, `no right answer: ${JSON.stringify(text)} is none of A to ${last}`, hint)
}

function refused({ place }: AnswerCell, what: string, hint: string): GraitError {
  return new GraitError('data_invalid', `${place.where}: ${what}`, {
    hint,
    details: { file: place.file, line: place.line, field: 'answer' },
  })
}
