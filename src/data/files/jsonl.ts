import { GraitError } from '../../errors.js'
import { checkedQuestion, type Place, UniqueIds } from '../question/checked-question.js'
import type { Question } from '../question/question.js'
import { contradicted, labelNote, unlabelled } from '../question/written-options.js'
import { UnreadKeys } from './json-guards.js'
import { type OwnQuestions, shortList } from './own-questions.js'
import { ownRecords } from './own-records.js'

/**
 * Reads JSON Lines of Question: one question a line; blank lines are skipped. A JSON list over the whole file is read as well, also inside an object. See
 * `questionSchema` for the fields; `kind` may be left out where only one kind is possible.
 */
export async function readQuestions(path: string, signal?: AbortSignal): Promise<OwnQuestions> {
  const ids = new UniqueIds()
  const questions: Question[] = []
  const unread = new UnreadKeys()
  let labelled: string | undefined
  for await (const { record, place } of ownRecords(path, signal)) {
    unread.add(record, place)
    const checked = checkedQuestion(withKind(record), place)
    const question = withoutLabels(checked, place)
    if (question !== checked) labelled ??= checked.options?.[0]
    ids.add(question.id, place)
    questions.push(question)
  }
  if (questions.length === 0) {
    throw new GraitError('data_invalid', `${path}: holds no questions`, {
      hint: 'Write one question a line, as JSON.',
      details: { file: path },
    })
  }
  const names = unread.names(path)
  const notes = names.length === 0 ? [] : [`keys that are not read: ${shortList(names)}`]
  if (labelled !== undefined) notes.push(labelNote(labelled))
  return { questions, notes: [...notes, ...countedNote(questions)] }
}

/** The question without the labels that its options' texts begin with; itself if they have none. */
function withoutLabels(question: Question, place: Place): Question {
  const { kind, id, options } = question
  const found = kind === 'mcqa' ? unlabelled(options) : undefined
  if (found === undefined) return question
  if ('texts' in found) return { ...question, options: found.texts } as Question
  const [message, hint] = contradicted(options as string[], found.contradicts)
  throw new GraitError('data_invalid', `${place.where}: ${message} (id ${JSON.stringify(id)})`, {
    hint,
    details: { file: place.file, line: place.line, field: 'options' },
  })
}

/** Positions that never are 0 may have been counted from 1. */
function countedNote(questions: readonly Question[]): string[] {
  const answers = questions.flatMap(({ answer }) => answer ?? [])
  return new Set(answers).size < 2 || answers.length < 3 || answers.includes(0)
    ? []
    : [`no question's answer is 0, the first option: positions are counted from 0; were these counted from 1?`]
}

/** The record with the kind that its fields allow, if it has none. What is wrong with the fields is then told in terms of this kind. */
function withKind(record: unknown): unknown {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return record
  const { kind, options, answer, answers } = record as Record<string, unknown>
  if (kind != null) return record
  const choice = options != null
  const open = answers != null || (!choice && answer !== undefined && typeof answer !== 'number')
  return choice === open ? record : { ...record, kind: choice ? 'mcqa' : 'oeqa' }
}
