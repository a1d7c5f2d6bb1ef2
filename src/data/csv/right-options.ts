import { GraitError } from '../../errors.js'
import type { Place } from '../question/checked-question.js'
import { indexOfLetter, letterOf } from '../question/letters.js'
import type { OptionLabels } from './option-columns.js'

/** What a row says of its right option, and the options themselves. */
export interface AnswerCell {
  text: string
  options: readonly string[]
  place: Place
}

/** The right options of a file's rows, as positions from 0. */
export interface RightOptions {
  positions: number[]
  /** How numbers were read, where only the whole column tells. */
  note: string | undefined
}

/** A way to write a right option. */
type Form = 'letter' | 'text' | 'from 0' | 'from 1'

const MEANING: Record<Form, string> = {
  letter: 'a letter',
  text: "an option's text",
  'from 0': 'a position counted from 0',
  'from 1': 'a position counted from 1',
}

/**
 * Finds the right options of all rows. A column is written in one form: letters, the options' texts, or positions that count from 0 or
 * from 1. It is taken in the one form that every row has. Letters and texts may be mixed if no row can be both.
 * @throws GraitError data_invalid naming the first row that has no right option, or that two forms read differently
 */
export function rightOptions(cells: readonly AnswerCell[], labels: OptionLabels): RightOptions {
  const forms = formsFor(labels).filter((form) => cells.every((cell) => positionIn(form, cell) !== undefined))
  const [form] = forms
  if (form === undefined) return { positions: cells.map(mixedPosition), note: undefined }
  const unclear = cells.find((cell) => new Set(forms.map((each) => positionIn(each, cell))).size > 1)
  if (unclear !== undefined) throw ambiguous(unclear, forms)
  const counted = labels !== 'from 0' && labels !== 'from 1' && forms.every((each) => each === 'from 0' || each === 'from 1')
  return {
    positions: cells.map((cell) => positionIn(form, cell) as number),
    note: counted && cells.length > 0 ? `the right options are ${MEANING[form].replace('a position', 'positions')}` : undefined,
  }
}

/** Options that are numbered themselves are called by these numbers. */
function formsFor(labels: OptionLabels): Form[] {
  return labels === 'from 0' || labels === 'from 1' ? ['letter', 'text', labels] : ['letter', 'text', 'from 0', 'from 1']
}

function positionIn(form: Form, { text, options }: AnswerCell): number | undefined {
  const position = form === 'letter' ? letterPosition(text) : form === 'text' ? textPosition(text, options) : number(text, form)
  return position !== undefined && position >= 0 && position < options.length ? position : undefined
}

/** B, b, (B), B., B), Option B */
function letterPosition(text: string): number | undefined {
  const letter = /^(?:(?:option|choice|answer)[\s_]*)?[([]?([a-z])[)\]]?[.):]?$/i.exec(text)?.[1]
  return letter === undefined ? undefined : indexOfLetter(letter.toUpperCase())
}

/** The one option with this text; its letter may stand before it: "B. Paris". */
function textPosition(text: string, options: readonly string[]): number | undefined {
  const first = options.indexOf(text)
  if (first >= 0) return options.lastIndexOf(text) === first ? first : undefined
  const [, letter = '', rest = ''] = /^[([]?([A-Z])[)\].:]+\s+(.+)$/s.exec(text) ?? []
  const position = indexOfLetter(letter)
  return position !== undefined && options[position] === rest ? position : undefined
}

function number(text: string, form: 'from 0' | 'from 1'): number | undefined {
  return /^\d{1,2}(?:\.0)?$/.test(text) ? Number(text) - (form === 'from 1' ? 1 : 0) : undefined
}

function mixedPosition(cell: AnswerCell): number {
  const forms: Form[] = ['letter', 'text']
  const [found, other] = new Set(forms.map((form) => positionIn(form, cell)).filter((position) => position !== undefined))
  if (other !== undefined) throw ambiguous(cell, forms)
  if (found === undefined) throw noOption(cell)
  return found
}

function ambiguous(cell: AnswerCell, forms: readonly Form[]): GraitError {
  const readings = forms.map((form) => `${MEANING[form]} (option ${letterOf(positionIn(form, cell) as number)})`)
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
