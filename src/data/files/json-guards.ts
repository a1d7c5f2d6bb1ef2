import { GraitError } from '../../errors.js'
import type { Place } from '../question/checked-question.js'
import { HiddenOptions } from '../question/hidden-options.js'
import { textsOfCell } from '../question/list-cell.js'
import { QUESTION_KEYS } from '../question/question.js'
import { quotedNames } from '../question/quoted-names.js'
import { type Missed, missedIn, plainName } from '../question/unread-fields.js'
import { choosesFromText } from '../question/written-options.js'

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
    const answers = fields['options'] == null ? answersOf(fields) : undefined
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
