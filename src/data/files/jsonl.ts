import { GraitError } from '../../errors.js'
import { checkedQuestion, lineOf, parsedLine, UniqueIds } from '../question/checked-question.js'
import type { Question } from '../question/question.js'
import { readLines } from './text-file.js'

/** Reads JSON Lines of Question: one question a line; blank lines are skipped. See `questionSchema` for the fields. */
export async function readQuestions(path: string, signal?: AbortSignal): Promise<Question[]> {
  const ids = new UniqueIds()
  const questions: Question[] = []
  for await (const { number, text } of readLines(path, signal)) {
    if (text.trim() === '') continue
    const place = lineOf(path, number)
    const question = checkedQuestion(parsedLine(text, place), place)
    ids.add(question.id, place)
    questions.push(question)
  }
  if (questions.length > 0) return questions
  throw new GraitError('data_invalid', `${path}: holds no questions`, {
    hint: 'Write one question a line, as JSON.',
    details: { file: path },
  })
}
