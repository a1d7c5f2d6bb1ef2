import { z } from 'zod'
import { checkedQuestion } from './checked-question.js'
import { checkedRecord } from './checked-record.js'
import type { LoadedQuestion, NamedSource } from './named-source.js'
import { readRecords } from './open-records.js'
import type { Split } from './source-folder.js'

/** Question and alias lists as used for passage retrieval: {qid, question, answer, answers}. */
const listForm = z
  .object({ qid: z.string(), question: z.string(), answer: z.string().optional(), answers: z.array(z.string()) })
  .transform(({ qid, question, answer, answers }) => ({
    id: qid,
    question,
    answers: answer === undefined ? answers : [answer, ...answers],
  }))

/** The original JSON: {QuestionId, Question, Answer: {Value, Aliases, NormalizedAliases}}. */
const originalForm = z
  .object({
    QuestionId: z.string(),
    Question: z.string(),
    Answer: z.object({ Value: z.string(), Aliases: z.array(z.string()).default([]) }),
  })
  .transform(({ QuestionId, Question, Answer }) => ({ id: QuestionId, question: Question, answers: [Answer.Value, ...Answer.Aliases] }))

/** The hub's columns, as JSON: {question_id, question, answer: {value, aliases}}. */
const hubForm = z
  .object({
    question_id: z.string(),
    question: z.string(),
    answer: z.object({ value: z.string(), aliases: z.array(z.string()).default([]) }),
  })
  .transform(({ question_id, question, answer }) => ({ id: question_id, question, answers: [answer.value, ...answer.aliases] }))

const FILE_NAME = /^(?:(?:unfiltered-)?(?:web|wikipedia)-|unfiltered-|triviaqa-)?(?<split>train|dev|test)\.jsonl?$/i

/** TriviaQA (Joshi et al. 2017): the alias-list form, the original form or the hub's columns. The main answer comes first. */
export const triviaqa: NamedSource = {
  folders: ['triviaqa', 'triviaqa/triviaqa-unfiltered', 'triviaqa-unfiltered', 'triviaqa/qa', 'qa', ''],
  splitOf: (fileName) => FILE_NAME.exec(fileName)?.groups?.['split']?.toLowerCase() as Split | undefined,
  splitOrder: ['train', 'dev', 'test'],
  read: readTriviaqa,
}

async function* readTriviaqa(path: string): AsyncGenerator<LoadedQuestion> {
  for await (const { record, place } of readRecords(path)) {
    const { id, question, answers } = checkedRecord(formOf(record), record, place)
    const distinct = [...new Set(answers.filter((answer) => answer.trim() !== ''))]
    yield { question: checkedQuestion({ id, kind: 'oeqa', question, answers: distinct }, place), place }
  }
}

function formOf(record: unknown): typeof listForm | typeof originalForm | typeof hubForm {
  if (typeof record === 'object' && record !== null) {
    if ('QuestionId' in record) return originalForm
    if ('question_id' in record) return hubForm
  }
  return listForm
}
