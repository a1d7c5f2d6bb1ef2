import { GraitError } from '../../errors.js'
import { checkedQuestion, lineOf, parsedLine, UniqueIds } from '../question/checked-question.js'
import { QUESTION_KEYS, type Question } from '../question/question.js'
import { type PlacedRecord, readRecords } from './open-records.js'
import { type OwnQuestions, shortList } from './own-questions.js'
import { readLines } from './text-file.js'

/**
 * Reads JSON Lines of Question: one question a line; blank lines are skipped. A JSON list over the whole file is read as well. See
 * `questionSchema` for the fields; `kind` may be left out where only one kind is possible.
 */
export async function readQuestions(path: string, signal?: AbortSignal): Promise<OwnQuestions> {
  const ids = new UniqueIds()
  const questions: Question[] = []
  const unread = new Set<string>()
  for await (const { record, place } of recordsOf(path, signal)) {
    const question = checkedQuestion(withKind(record), place)
    ids.add(question.id, place)
    questions.push(question)
    for (const key of Object.keys(record as object)) if (!QUESTION_KEYS.includes(key)) unread.add(key)
  }
  if (questions.length === 0) {
    throw new GraitError('data_invalid', `${path}: holds no questions`, {
      hint: 'Write one question a line, as JSON.',
      details: { file: path },
    })
  }
  return { questions, notes: unread.size === 0 ? [] : [`keys that are not read: ${shortList([...unread])}`] }
}

/** The records of the lines; of the whole file if it begins with a bracket. */
async function* recordsOf(path: string, signal: AbortSignal | undefined): AsyncGenerator<Pick<PlacedRecord, 'record' | 'place'>> {
  let first = true
  for await (const { number, text } of readLines(path, signal)) {
    if (text.trim() === '') continue
    if (first && text.trimStart().startsWith('[')) return yield* readRecords(path, signal)
    first = false
    const place = lineOf(path, number)
    yield { record: parsedLine(text, place), place }
  }
}

const OPTIONS = ['options', 'choices', 'alternatives', 'candidates']

/** The record with the kind that its fields allow, if it has none. What is wrong with the fields is then told in terms of this kind. */
function withKind(record: unknown): unknown {
  if (typeof record !== 'object' || record === null || Array.isArray(record) || 'kind' in record) return record
  const fields = record as Record<string, unknown>
  const choice = OPTIONS.some((field) => fields[field] != null)
  const open = fields['answers'] != null || (!choice && typeof fields['answer'] === 'string')
  return choice === open ? record : { ...record, kind: choice ? 'mcqa' : 'oeqa' }
}
