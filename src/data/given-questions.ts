import { GraitError } from '../errors.js'
import { type Dataset, described } from './dataset.js'
import { QuestionRecords } from './files/question-records.js'
import { notGiven, scriptName } from './given-name.js'
import type { Question } from './question/question.js'

/**
 * Questions that a script has in memory, by name. The configuration names them as data sets: `{ mine: [...] }` is `script:mine` in
 * `data.train` and `data.tests`.
 */
export type GivenQuestions = Readonly<Record<string, readonly Question[]>>

/**
 * The data set of this name among those that a script gave, checked as a file of questions is.
 * @throws GraitError data_not_found for another name, data_invalid for a malformed question or one id twice
 */
export function givenDataset(name: string, given: GivenQuestions): Dataset {
  const questions = Object.hasOwn(given, name) ? given[name] : undefined
  if (questions === undefined) throw notGiven(name, Object.keys(given))
  const records = new QuestionRecords()
  for (const [index, question] of questions.entries()) {
    const where = `questions.${name}[${index}]`
    records.add(question, { file: where, where })
  }
  const read = records.end(`questions.${name}`)
  if (read.questions.length === 0)
    throw new GraitError('data_invalid', `questions.${name} holds no questions`, { hint: 'Give at least one question.' })
  const dataset = described(read.questions, scriptName(name), null)
  return { ...dataset, notes: [...read.notes.map((note) => `${scriptName(name)}: ${note}`), ...dataset.notes] }
}

/** Refuses questions that the configuration does not name: they would be left out without a word. */
export function refuseUnnamed(given: GivenQuestions, datasets: readonly string[]): void {
  const unnamed = Object.keys(given).find((name) => !datasets.includes(scriptName(name)))
  if (unnamed === undefined) return
  throw new GraitError('usage', `questions.${unnamed}: the configuration does not use these questions`, {
    hint: `Name them in data.train or data.tests as ${scriptName(unnamed)}, or leave them out.`,
  })
}
