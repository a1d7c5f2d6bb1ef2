import { GraitError } from '../../errors.js'
import type { Place } from '../question/checked-question.js'
import { HiddenOptions } from '../question/hidden-options.js'
import { letterOf } from '../question/letters.js'
import { textsOfCell } from '../question/list-cell.js'
import { QUESTION_KEYS, type Question } from '../question/question.js'
import { quotedNames } from '../question/quoted-names.js'
import { contradictsAnswer, marksAnswers } from '../question/right-marks.js'
import { type Missed, missedIn, plainName } from '../question/unread-fields.js'
import { choosesFromText, LABELLED_ANSWERS, labelledAnswers } from '../question/written-options.js'

type Fields = Readonly<Record<string, unknown>>

/** Looks at the keys of a file's records that are not read, and refuses those without which a question would mean something else. */
export class UnreadKeys {
  readonly #unread = new Set<string>()
  readonly #hidden = new HiddenOptions()

  /** @throws GraitError data_invalid if this record's options, further answers or text would be left out */
  add(record: unknown, place: Place): void {
    if (typeof record !== 'object' || record === null || Array.isArray(record)) return
    const fields = record as Fields
    const unread = Object.entries(fields).filter(([key]) => !QUESTION_KEYS.includes(key))
    for (const [key] of unread) this.#unread.add(key)
    refuseBoth(fields, place)
    const answers = isGiven(fields['options']) ? undefined : answersOf(fields)
    refuseWrongAnswers(fields, place)
    const question = typeof fields['question'] === 'string' ? fields['question'] : ''
    const missed = missedIn(unread, { answers, declared: fields['kind'] === 'oeqa', question })
    if (missed !== undefined) throw missing(missed, fields, place)
    if (answers === undefined) return
    const list = listAsText(answers)
    if (list !== undefined) throw invalid(fields, place, ...list)
    if (fields['kind'] != null) return
    if (choosesFromText(question, answers))
      throw invalid(fields, place, 'the question holds its options, and the answer is one of them', OPTIONS_IN_LIST)
    this.#hidden.add(answers, unread)
  }

  /** The keys that are not read. @throws GraitError data_invalid if some of them seem to hold the options of all records */
  names(path: string): string[] {
    const found = this.#hidden.found()
    if (found === undefined) return [...this.#unread]
    if (found.names.length < 2) {
      throw new GraitError('data_invalid', `${path}: every answer ${found.why}, and no question has "options"`, {
        hint: OPTIONS_IN_LIST,
        details: { file: path },
      })
    }
    throw new GraitError('data_invalid', `${path}: every answer ${found.why} key that is not read, and no question has "options"`, {
      hint: `If ${quotedNames(found.names)} are the options, write "options": [...] and the position of the right one, "answer": 0, 1, ... If not, add "kind": "oeqa".`,
      details: { file: path, keys: found.names },
    })
  }
}

const OPTIONS_IN_LIST =
  'If these are options, write "options": [...] and the position of the right one, "answer": 0, 1, ... If the question is open-ended, add "kind": "oeqa".'

/** A key that calls another option right than "answer" does can't be left out: one of them is wrong. */
export function refuseContradiction(record: unknown, { options, answer, id }: Question, place: Place): void {
  if (options === undefined || answer === undefined) return
  const unread = Object.entries(record as Fields).filter(([key]) => !QUESTION_KEYS.includes(key))
  const other = contradictsAnswer(options, answer, unread)
  if (other === undefined) return
  const says = `"answer" is ${answer}, option ${letterOf(answer)}, and "${other}" calls something else right`
  throw invalid({ id }, place, says, `Correct one of them. If "${other}" says something else, rename or remove the key.`, [other])
}

/** A question is of one kind: what the other has would be left out in silence. */
function refuseBoth(fields: Fields, place: Place): void {
  const [options, answers] = [isGiven(fields['options']), isGiven(fields['answers'])]
  if (!options || !(fields['kind'] === 'oeqa' || (fields['kind'] === 'mcqa' && answers))) return
  const says = `kind is "${fields['kind']}", and the question has "options"${answers ? ' beside "answers"' : ''}`
  throw invalid(fields, place, says, 'Keep "options" and "answer" for multiple choice, or "answers" alone for an open-ended question.')
}

/** Answers among which some are wrong, as a key or their labels tell: all of them would count as right. */
function refuseWrongAnswers(fields: Fields, place: Place): void {
  if (isGiven(fields['options']) || !Array.isArray(fields['answers'])) return
  const answers = fields['answers'].filter((text) => typeof text === 'string')
  const marks = marksAnswers(
    answers,
    Object.entries(fields).flatMap(([key, value]) =>
      key === 'answer' ? [['correct', value] as const] : QUESTION_KEYS.includes(key) ? [] : [[key, value] as const],
    ),
  )
  const name = marks === 'correct' && fields['correct'] === undefined ? 'answer' : marks
  if (name !== undefined) {
    throw invalid(fields, place, `"${name}" may say which of "answers" is right, and all of them would count`, KEEP_RIGHT, [name])
  }
  const labelled = labelledAnswers(answers)
  if (labelled !== undefined) throw invalid(fields, place, labelled, `${LABELLED_ANSWERS} as "options": [...], "answer": 0, 1, ...`)
}

const KEEP_RIGHT =
  'Keep only right texts in "answers". If they are options, write "options": [...] and the position of the right one, "answer": 0, 1, ... If all are right, remove or rename the key.'

function isGiven(value: unknown): boolean {
  return value != null && !(Array.isArray(value) && value.length === 0)
}

/** One answer that is a list, as Python or JSON prints it, would be judged with its brackets and quotes. */
function listAsText(answers: readonly string[]): [message: string, hint: string] | undefined {
  const [only = '', ...others] = answers.map((text) => text.trim())
  const texts = others.length === 0 && /^\[\s*['"].*['"]\s*,?\s*\]$/s.test(only) ? textsOfCell(only) : undefined
  if (texts === undefined) return undefined
  return [
    `the answer ${JSON.stringify(only)} is a list inside a text`,
    `Write "answers": ${JSON.stringify(texts)}. If brackets and quotes belong to the answer, add a second spelling of it: two texts are read as they are.`,
  ]
}

function answersOf({ answer, answers }: Fields): string[] {
  return [answers, answer].flat().filter((text) => typeof text === 'string')
}

function missing({ names, what }: Missed, fields: Fields, place: Place): GraitError {
  const [says, hint] = {
    options: () => [`options is missing, and ${quotedNames(names)} may hold the options`, optionsHint(names, fields)],
    answers: () => [
      `${quotedNames(names)} may hold right answers, and only "answers" is read`,
      'Put every right text into "answers". If there is none in it, rename or remove the key.',
    ],
    text: () => [
      `${quotedNames(names)} may be what the question is about, and is not read`,
      'Put its text into "question". If the question can be asked without it, remove the key.',
    ],
  }[what]() as [string, string]
  return invalid(fields, place, says, hint, names)
}

function invalid(fields: Fields, place: Place, says: string, hint: string, keys: readonly string[] = []): GraitError {
  const id = fields['id'] === undefined ? '' : ` (id ${JSON.stringify(fields['id'])})`
  return new GraitError('data_invalid', `${place.where}: ${says}${id}`, { hint, details: { file: place.file, line: place.line, keys } })
}

/** How the options are written, as far as they can be told. */
function optionsHint(names: readonly string[], fields: Fields): string {
  const open = 'If the question is open-ended, add "kind": "oeqa".'
  const [name] = names as [string]
  if (names.some((each) => /distract|incorrect|wrong|false|negative/i.test(each))) {
    return `Put all options, the right one too, into "options", and the position of the right one, from 0, into "answer". ${open}`
  }
  const found = labelledTexts(names, fields)
  if (found === undefined) return `Is "${name}" meant for it? Rename it to "options". ${open}`
  const right = [fields['answer'], fields['answerKey'], fields['answers']].flat().find((text) => typeof text === 'string')
  const position = right === undefined ? -1 : found.labels.indexOf(right)
  const written = `Write "options": ${JSON.stringify(found.texts)}`
  return position >= 0
    ? `${written}, "answer": ${position}. ${open}`
    : `${written}, and the position of the right one, from 0, as "answer". ${open}`
}

/** Options under a key each, or as {"text": [...], "label": [...]}, by which the hub has them. */
function labelledTexts(names: readonly string[], fields: Fields): { texts: string[]; labels: string[] } | undefined {
  const isText = (value: unknown) => typeof value === 'string' || typeof value === 'number'
  const texts = names.map((name) => fields[name])
  if (names.length > 1) {
    const labels = names.map((name) =>
      plainName(name)
        .replace(/^.*(?=.$)/su, '')
        .toUpperCase(),
    )
    return texts.every(isText) ? { texts: texts.map(String), labels } : undefined
  }
  const { text, label = [] } = (texts[0] ?? {}) as { text?: unknown; label?: unknown }
  return Array.isArray(text) && text.every(isText) && Array.isArray(label)
    ? { texts: text.map(String), labels: label.map(String) }
    : undefined
}
