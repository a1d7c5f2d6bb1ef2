import { GraitError } from '../../errors.js'
import type { OwnQuestions } from './own-questions.js'
import { ownRecords } from './own-records.js'
import { QuestionRecords } from './question-records.js'

/**
 * Reads JSON Lines of Question: one question a line; blank lines are skipped. A JSON list over the whole file is read as well, also
 * inside an object. See `questionSchema` for the fields; `kind` may be left out where only one kind is possible, and `id` if no
 * question has one: then it is the number of the record.
 */
export async function readQuestions(path: string, signal?: AbortSignal): Promise<OwnQuestions> {
  const records = new QuestionRecords()
  for await (const { record, place } of ownRecords(path, signal)) records.add(record, place)
  const read = records.end(path)
  if (read.questions.length > 0) return read
  throw new GraitError('data_invalid', `${path}: holds no questions`, {
    hint: 'Write one question a line, as JSON.',
    details: { file: path },
  })
}
