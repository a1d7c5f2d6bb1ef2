import { basename } from 'node:path'
import { z } from 'zod'
import { GraitError } from '../../errors.js'
import { checkedRecord } from '../files/checked-record.js'
import { checkedQuestion, type Place } from '../question/checked-question.js'
import { HUB_JSON, HUB_PARQUET, hubFile, readHubRows, refuseHiddenAnswer } from './hub-file.js'
import type { LoadedQuestion, NamedSource } from './named-source.js'
import type { Split } from './split-name.js'

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

/** The hub's columns: {question_id, question, answer: {value, aliases}}. */
const hubForm = z
  .object({
    question_id: z.string(),
    question: z.string(),
    answer: z.object({ value: z.string(), aliases: z.array(z.string()).nullish() }),
  })
  .transform(({ question_id, question, answer }) => ({
    id: question_id,
    question,
    answers: [answer.value, ...(answer.aliases ?? [])],
  }))

const FILE_NAME = /^(?<family>(?:unfiltered-)?(?:web|wikipedia)-|unfiltered-|triviaqa-)?(?<split>train|dev|test)\.jsonl?$/i

/**
 * TriviaQA (Joshi et al. 2017): the alias-list form, the original form or the hub's rows. The main answer comes first. The
 * original archive holds the same questions as found on the web and in Wikipedia: one of them is read.
 */
export const triviaqa: NamedSource = {
  folders: [
    'triviaqa',
    'triviaqa/triviaqa-unfiltered',
    'triviaqa-unfiltered',
    'triviaqa/qa',
    'qa',
    'triviaqa/unfiltered.nocontext',
    'trivia_qa/unfiltered.nocontext',
    'trivia_qa',
    'unfiltered.nocontext',
    '',
  ],
  folderName: /trivia.?qa/i,
  forms: ['', 'triviaqa-', 'unfiltered-', 'unfiltered-web-', 'web-', 'wikipedia-', 'unfiltered-wikipedia-', HUB_PARQUET, HUB_JSON],
  fileOf(name) {
    const groups = FILE_NAME.exec(basename(name))?.groups
    if (groups !== undefined) {
      return { split: groups['split']?.toLowerCase() as Split, form: groups['family']?.toLowerCase() ?? '' }
    }
    return /\.parquet$/i.test(name) ? hubFile(name, 'dev') : validationJson(name)
  },
  hub: { repository: 'mandarjoshi/trivia_qa', folder: 'unfiltered.nocontext' },
  splitOrder: ['train', 'dev', 'test'],
  read: (path, _split, _rows, signal) => readTriviaqa(path, signal),
}

function validationJson(name: string) {
  return /^validation\.jsonl?$/i.test(basename(name)) ? hubFile(name, 'dev') : undefined
}

async function* readTriviaqa(path: string, signal: AbortSignal | undefined): AsyncGenerator<LoadedQuestion> {
  for await (const { record, place } of readHubRows(path, ['question', 'question_id', 'answer'], signal)) {
    const { id, question, answers } = checkedRecord(formOf(record), record, place)
    refuseHiddenAnswer(answers[0] ?? '', place.where)
    if (/^nq_/.test(id)) throw notTriviaqa(place, id)
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

/** Lists of NQ-open and of TriviaQA have the same keys and file names; only their ids tell them apart. */
function notTriviaqa(place: Place, id: string): GraitError {
  return new GraitError('data_invalid', `${place.where}: ${JSON.stringify(id)} is a question of nq, not of triviaqa`, {
    hint: 'Name the folder of TriviaQA, or the one above it.',
    details: { file: place.file, line: place.line },
  })
}
