import { GraitError } from '../../errors.js'
import { checkedQuestion, type Place, UniqueIds } from '../question/checked-question.js'
import { oddAnswerNotes, severalInOneNote } from '../question/odd-answers.js'
import type { Question } from '../question/question.js'
import { contradicted, labelNote, unlabelled } from '../question/written-options.js'
import { refuseContradiction, UnreadKeys } from './json-guards.js'
import { type OwnQuestions, shortList } from './own-questions.js'

/** Reads a user's own records as questions, one after the other, and sees what only all of them together tell. */
export class QuestionRecords {
  readonly #ids = new UniqueIds()
  readonly #questions: Question[] = []
  readonly #unread = new UnreadKeys()
  #labelled: string | undefined
  #numbered = false

  /** @throws GraitError data_invalid with the place, if the record is no question or would be misread */
  add(record: unknown, place: Place): void {
    this.#unread.add(record, place)
    const checked = checkedQuestion(this.#withId(withKind(record), place), place)
    const question = withoutLabels(checked, place)
    refuseContradiction(record, question, place)
    if (question !== checked) this.#labelled ??= checked.options?.[0]
    this.#ids.add(question.id, place)
    this.#questions.push(question)
  }

  /** All questions, and what a reader of the results should know. @param name of the file, or of the list */
  end(name: string): OwnQuestions {
    const names = this.#unread.names(name)
    const notes = names.length === 0 ? [] : [`keys that are not read: ${shortList(names)}`]
    if (this.#labelled !== undefined) notes.push(labelNote(this.#labelled))
    if (this.#numbered) notes.push('no question has an id: they are numbered from 1')
    const questions = this.#questions
    return { questions, notes: [...notes, ...countedNote(questions), ...severalInOneNote(questions), ...oddAnswerNotes(questions)] }
  }

  /** Where the first question has no id, all are numbered; an id in a later one would be lost. */
  #withId(record: unknown, place: Place): unknown {
    if (typeof record !== 'object' || record === null || Array.isArray(record)) return record
    const { id, question } = record as Record<string, unknown>
    if (this.#questions.length === 0) this.#numbered = id === undefined && typeof question === 'string'
    if (!this.#numbered) return record
    if (id === undefined) return { ...record, id: String(this.#questions.length + 1) }
    throw new GraitError('data_invalid', `${place.where}: has the id ${JSON.stringify(id)}, and the first question has none`, {
      hint: 'Give every question an id, or none: then they are numbered.',
      details: { file: place.file, line: place.line, field: 'id' },
    })
  }
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
