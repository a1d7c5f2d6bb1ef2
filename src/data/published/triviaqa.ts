import { basename } from 'node:path'
import { z } from 'zod'
import { GraitError } from '../../errors.js'
import { checkedRecord } from '../files/checked-record.js'
import { checkedQuestion, type Place } from '../question/checked-question.js'
import { zodId } from '../question/written-id.js'
import { DPR_FORM, readDprFile } from './dpr-file.js'
import { HUB_JSON, HUB_PARQUET, hubFile, readHubRows, refuseHiddenAnswer } from './hub-file.js'
import type { LoadedQuestion, NamedSource, RowCount } from './named-source.js'
import type { Split } from './split-name.js'

/** Question and alias lists as used for passage retrieval: {qid, question, answer, answers}. */
const listForm = z
  .object({ qid: zodId, question: z.string(), answer: z.string().optional(), answers: z.array(z.string()) })
  .transform(({ qid, question, answer, answers }) => ({
    id: qid,
    question,
    answers: answer === undefined ? answers : [answer, ...answers],
  }))

/** The original JSON: {QuestionId, Question, Answer: {Value, Aliases, HumanAnswers}}. The official scoring accepts what people answered as well. */
const originalForm = z
  .object({
    QuestionId: zodId,
    Question: z.string(),
    Answer: z.object({ Value: z.string(), Aliases: z.array(z.string()).default([]), HumanAnswers: z.array(z.string()).default([]) }),
  })
  .transform(({ QuestionId, Question, Answer }) => ({
    id: QuestionId,
    question: Question,
    answers: [Answer.Value, ...Answer.Aliases, ...Answer.HumanAnswers],
  }))

/** The hub's columns: {question_id, question, answer: {value, aliases}}. */
const hubForm = z
  .object({
    question_id: zodId,
    question: z.string(),
    answer: z.object({ value: z.string(), aliases: z.array(z.string()).nullish() }),
  })
  .transform(({ question_id, question, answer }) => ({
    id: question_id,
    question,
    answers: [answer.value, ...(answer.aliases ?? [])],
  }))

/** With the organisation before it and the hub's folder after it. */
const OWN_NAME = /(?<![a-z])(?:mandarjoshi[-_])?trivia[-_]?qa(?:[-_.](?:unfiltered|rc)(?:[-_.]nocontext)?)?(?![a-z])/g
/** Rows of the hub as JSON. Of other names only these count: the original archive has files without answers, such as web-test-without-answers.json. */
const NAMED_JSON =
  /^(?:validation|(?:mandarjoshi[-_])?trivia[-_]?qa(?:[-_.](?:unfiltered|rc)(?:[-_.]nocontext)?)?[-_.](?:train|dev|validation))\.jsonl?$/i
const DPR_NAME = /^trivia-(?<split>train|dev|test)\.qa\.csv$/i
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
    'triviaqa/triviaqa-rc/qa',
    'triviaqa-rc/qa',
    'qa',
    'triviaqa/unfiltered.nocontext',
    'trivia_qa/unfiltered.nocontext',
    'trivia_qa',
    'unfiltered.nocontext',
    '',
  ],
  folderName: /trivia.?qa/i,
  forms: [
    '',
    'triviaqa-',
    'unfiltered-',
    'unfiltered-web-',
    'web-',
    'wikipedia-',
    'unfiltered-wikipedia-',
    HUB_PARQUET,
    HUB_JSON,
    DPR_FORM,
  ],
  fileOf(name) {
    const groups = FILE_NAME.exec(basename(name))?.groups
    if (groups !== undefined) {
      return { split: groups['split']?.toLowerCase() as Split, form: groups['family']?.toLowerCase() ?? '' }
    }
    const dpr = DPR_NAME.exec(basename(name))?.groups?.['split']?.toLowerCase() as Split | undefined
    if (dpr !== undefined) return { split: dpr, form: DPR_FORM }
    return /\.parquet$/i.test(name) || NAMED_JSON.test(basename(name)) ? hubFile(name, OWN_NAME, 'dev') : undefined
  },
  fileNames:
    'unfiltered-web-dev.json, web-dev.json, wikipedia-dev.json, dev.json, validation-00000-of-00001.parquet, trivia_qa_validation.jsonl, trivia-dev.qa.csv (and train likewise)',
  hub: { repository: 'mandarjoshi/trivia_qa', folder: 'unfiltered.nocontext' },
  splitOrder: ['train', 'dev', 'test'],
  read: (path, split, rows, signal) => (DPR_NAME.test(basename(path)) ? readDpr(path, split, rows, signal) : readTriviaqa(path, signal)),
}

/** These files have no ids. */
async function* readDpr(path: string, split: Split, rows: RowCount, signal: AbortSignal | undefined): AsyncGenerator<LoadedQuestion> {
  for await (const { place, ...read } of readDprFile(path, signal)) {
    yield { question: checkedQuestion({ id: `triviaqa_${split}_${rows.next()}`, kind: 'oeqa', ...read }, place), place }
  }
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
