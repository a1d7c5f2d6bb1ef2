import { GraitError } from '../../errors.js'
import type { Place } from '../question/checked-question.js'
import { letterOf } from '../question/letters.js'

/** How the options are called in the column of right answers: by letters, or by numbers that begin with 0 or 1; undefined: by any of them. */
export type OptionLabels = 'letters' | 'from 0' | 'from 1' | undefined

/** The columns that hold the options: one for each, or one with a list in its cells. */
export interface OptionColumns {
  /** Positions of the columns, in the order of the options. */
  at: number[]
  list: boolean
  labels: OptionLabels
}

interface Name {
  name: string
  /** Without spaces, signs and capitals. */
  plain: string
  at: number
}

const LISTS = ['options', 'choices', 'alternatives', 'opts', 'answeroptions', 'answerchoices', 'optionlist', 'choicelist']
/** A, Option A, choice_1, opt1, opa, choices.text.0 */
const ONE = /^(?:(?:options?|opts?|op|choices?|alternatives?|alt)(?:text)?)?(?<label>[a-z]|\d{1,2})$/
/** Answer A: a letter calls an option; answer1 could also be a further right answer. */
const LETTERED_ANSWER = /^ans(?:wer)?(?<label>[a-z])$/
/** Names that speak of options, in a form that does not say which is which. */
const PERHAPS_OPTIONS = /option(?!al)|choice|alternativ|distractor|incorrect|wrong|^ans(?:wer)?s?\d{1,2}$|^(?:a|response)\d{1,2}$|^\d{1,2}$/

/**
 * Finds the columns of options; undefined if there are none.
 * @throws GraitError data_invalid if some columns may be options and it is not clear which, for they would be left out in silence
 */
export function optionColumns(names: readonly Name[], place: Place): OptionColumns | undefined {
  const lists = names.filter(({ plain }) => LISTS.includes(plain))
  const single = singleColumns(names.filter(({ plain }) => !LISTS.includes(plain)))
  if (lists.length > 1 || (lists.length > 0 && single.length > 0)) {
    throw unclear([...lists, ...single], place, 'more than one of them holds the options')
  }
  const [list] = lists
  if (list !== undefined) return { at: [list.at], list: true, labels: undefined }
  if (single.length > 0) return inOrder(single, place)
  const perhaps = names.filter(({ plain }) => PERHAPS_OPTIONS.test(plain))
  if (perhaps.length > 0) throw unclear(perhaps, place, 'they may be options, but it is not clear which is which')
  return undefined
}

interface Labelled extends Name {
  label: string
}

/** Columns named after one option each. Letters alone count from A on: a column N of another meaning is none. */
function singleColumns(names: readonly Name[]): Labelled[] {
  const found = names.flatMap((name) => {
    const label = (ONE.exec(name.plain) ?? LETTERED_ANSWER.exec(name.plain))?.groups?.['label']
    return label === undefined || /^\d+$/.test(name.plain) ? [] : [{ ...name, label }]
  })
  const onlyLetters = found.every(({ plain }) => plain.length === 1)
  return onlyLetters && !found.some(({ plain }) => plain === 'a') ? [] : found
}

function inOrder(columns: readonly Labelled[], place: Place): OptionColumns {
  const numbered = columns.every(({ label }) => /^\d+$/.test(label))
  const first = numbered ? Math.min(...columns.map(({ label }) => Number(label))) : 0
  const wanted = columns.map((_, index) => (numbered ? String(first + index) : letterOf(index).toLowerCase()))
  const found = wanted.map((label) => columns.filter((column) => column.label === label))
  const missing = wanted.find((_, index) => found[index]?.length === 0)
  if (first > 1 || missing !== undefined || found.some((same) => same.length > 1)) {
    throw unclear(columns, place, `they name options, but not one after the other from ${numbered ? '1' : 'A'}`)
  }
  return {
    at: found.map(([column]) => (column as Labelled).at),
    list: false,
    labels: numbered ? (first === 0 ? 'from 0' : 'from 1') : 'letters',
  }
}

function unclear(columns: readonly Name[], place: Place, why: string): GraitError {
  const named = columns.map(({ name }) => `"${name}"`).join(', ')
  return new GraitError('data_invalid', `${place.where}: the columns ${named}: ${why}`, {
    hint: 'Call the options A, B, C, ... and put every right answer to an open-ended question into "answers". Rename or remove the rest.',
    details: { file: place.file, line: place.line, columns: columns.map(({ name }) => name) },
  })
}
