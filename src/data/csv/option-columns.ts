import { GraitError } from '../../errors.js'
import type { Place } from '../question/checked-question.js'
import { FROM_0, isLabel, LATIN, type Labelling, labelledRuns } from '../question/option-labels.js'
import { quotedNames } from '../question/quoted-names.js'
import { speaksOfOptions } from '../question/unread-fields.js'

/** The columns that hold the options: one for each, or one with a list in its cells. */
export interface OptionColumns {
  /** Positions of the columns, in the order of the options. */
  at: number[]
  list: boolean
  /** How the columns call the options; undefined for a list. */
  labels: Labelling | undefined
}

interface Name {
  name: string
  /** Without spaces, signs and capitals. */
  plain: string
  at: number
}

const LISTS = ['options', 'choices', 'alternatives', 'opts', 'answeroptions', 'answerchoices', 'optionlist', 'choicelist']
/** The words before a label: Option A, choice_1, opt1, opa, choices.text.0, 选项A. */
const WORD = /^(?:(?:options?|opts?|op|choices?|alternatives?|alt|opci[oó]n|opç[aã]o|вариант|选项|選項|選択肢|선택지|보기)(?:text)?)(?=.)/
/** Answer A: a letter calls an option; answer1 could also be a further right answer. */
const LETTERED_ANSWER = /^ans(?:wer)?(?=[a-z]$)/
/** Names that may be options or further answers. */
const NUMBERED = /^ans(?:wer)?s?\d{1,2}$|^(?:a|response)\d{1,2}$|^\d{1,2}$/

/**
 * Finds the columns of options; undefined if there are none.
 * @throws GraitError data_invalid if some columns may be options and it is not clear which, for they would be left out in silence
 */
export function optionColumns(names: readonly Name[], place: Place): OptionColumns | undefined {
  const lists = names.filter(({ plain }) => LISTS.includes(plain))
  const single = singleColumns(
    names.filter(({ plain }) => !LISTS.includes(plain)),
    place,
  )
  if (lists.length > 1 || (lists.length > 0 && single !== undefined)) {
    throw unclear([...lists, ...(single?.items ?? [])], place, 'more than one of them holds the options')
  }
  const [list] = lists
  if (list !== undefined) return { at: [list.at], list: true, labels: undefined }
  if (single !== undefined) return { at: single.items.map(({ at }) => at), list: false, labels: single.labelling }
  const perhaps = names.filter(({ plain }) => speaksOfOptions(plain) || NUMBERED.test(plain))
  if (perhaps.length > 0) throw unclear(perhaps, place, 'they may be options, but it is not clear which is which')
  return undefined
}

interface Labelled extends Name {
  label: string
}

/** The columns named after one option each, one after the other from the first on. */
function singleColumns(names: readonly Name[], place: Place): { items: Labelled[]; labelling: Labelling } | undefined {
  const found = names.flatMap((name) => {
    const label = name.plain.replace(WORD, '').replace(LETTERED_ANSWER, '')
    return isLabel(label) || /^[a-z]$/.test(label) ? [{ ...name, label }] : []
  })
  const worded = found.filter(({ plain, label }) => plain !== label)
  const runs = labelledRuns(found, ({ label }) => label)
  const [run, other] = runs.filter(({ items, labelling }) => items.length > 1 || (labelling === LATIN && worded.length > 0))
  if (other !== undefined)
    throw unclear([...new Set([...(run?.items ?? []), ...other.items])], place, 'they name options in more than one order')
  // Letters alone count from A on: a column N of another meaning is none.
  const latin = found.filter(({ label }) => LATIN.positionOf(label) !== undefined)
  const meant = worded.length > 0 ? found : latin.some(({ label }) => label === 'a') ? latin : []
  if (meant.some((column) => run?.items.includes(column) !== true)) {
    const numbered = meant.every(({ label }) => FROM_0.positionOf(label) !== undefined)
    throw unclear(meant, place, `they name options, but not one after the other from ${numbered ? '1' : 'A'}`)
  }
  return run
}

function unclear(columns: readonly Name[], place: Place, why: string): GraitError {
  const names = columns.map(({ name }) => name)
  return new GraitError('data_invalid', `${place.where}: the columns ${quotedNames(names)}: ${why}`, {
    hint: 'Call the options A, B, C, ..., or a column with a list of them "options", and put every right answer to an open-ended question into "answers". Rename or remove the rest.',
    details: { file: place.file, line: place.line, columns: names },
  })
}
