import { basename } from 'node:path'
import { z } from 'zod'
import { GraitError } from '../../errors.js'
import { checkedRecord } from '../files/checked-record.js'
import { checkedQuestion, type Place } from '../question/checked-question.js'
import { zodId } from '../question/written-id.js'
import { DPR_FORM, readDprFile } from './dpr-file.js'
import { HUB_JSON, HUB_PARQUET, hubFile, readHubRows } from './hub-file.js'
import type { LoadedQuestion, NamedSource, RowCount } from './named-source.js'
import type { Split } from './split-name.js'

/** {qid, question, answers} of the list form, {question, answer: [...]} of the JSON Lines that NQ-open is published as. */
const record = z
  .object({
    qid: zodId.nullish(),
    question: z.string(),
    answer: z.union([z.string(), z.array(z.string())]).optional(),
    answers: z.array(z.string()).optional(),
  })
  .transform(({ qid, question, answer, answers }) => ({
    qid,
    question,
    answers: answers ?? (typeof answer === 'string' ? [answer] : (answer ?? [])),
  }))

/** With the organisation before it. */
const OWN_NAME = /(?<![a-z])(?:google[-_]research[-_]datasets[-_])?(?:nq(?:[-_]?open)?|natural[-_]?questions(?:[-_]?open)?)(?![a-z])/g
const DPR_NAME = /^nq-(?<split>train|dev|test)\.qa\.csv$/i
const FILE_NAME = /^(?:nq-open\.)(?<split>train|dev|test)\.jsonl?$/i

/**
 * NQ-open (Lee et al. 2019, after Kwiatkowski et al. 2019): a JSON list, JSON Lines or the hub's rows. Ids, if it has
 * none: nq_<split>_<row>.
 */
export const nq: NamedSource = {
  folders: ['nq', 'nq/nq_open', 'nq_open', 'nq-open', ''],
  folderName: /^nq$|nq[-_]?open|natural.?questions/i,
  forms: [HUB_JSON, HUB_PARQUET, DPR_FORM],
  fileOf(name) {
    const dpr = DPR_NAME.exec(basename(name))?.groups?.['split']?.toLowerCase() as Split | undefined
    if (dpr !== undefined) return { split: dpr, form: DPR_FORM }
    const split = FILE_NAME.exec(basename(name))?.groups?.['split']?.toLowerCase() as Split | undefined
    return split === undefined ? hubFile(name, OWN_NAME, 'dev') : { split, form: HUB_JSON }
  },
  fileNames:
    'NQ-open.dev.jsonl, dev.json, validation-00000-of-00001.parquet, nq_open_validation.jsonl, nq-dev.qa.csv (and train or test likewise)',
  hub: { repository: 'google-research-datasets/nq_open', folder: 'nq_open' },
  splitOrder: ['dev', 'test', 'train'],
  read: readNq,
}

async function* readNq(path: string, split: Split, rows: RowCount, signal?: AbortSignal): AsyncGenerator<LoadedQuestion> {
  if (DPR_NAME.test(basename(path))) {
    for await (const { place, ...read } of readDprFile(path, signal)) {
      yield { question: checkedQuestion({ id: `nq_${split}_${rows.next()}`, kind: 'oeqa', ...read }, place), place }
    }
    return
  }
  for await (const { record: found, place } of readHubRows(path, ['question', 'answer'], signal)) {
    const { qid, question, answers } = checkedRecord(record, found, place)
    if (qid?.startsWith('triviaqa') === true) throw notNq(place, qid)
    const row = rows.next()
    const distinct = [...new Set(answers.filter((answer) => answer.trim() !== ''))]
    yield { question: checkedQuestion({ id: qid ?? `nq_${split}_${row}`, kind: 'oeqa', question, answers: distinct }, place), place }
  }
}

/** Lists of NQ-open and of TriviaQA have the same keys and file names; only their ids tell them apart. */
function notNq(place: Place, qid: string): GraitError {
  return new GraitError('data_invalid', `${place.where}: ${JSON.stringify(qid)} is a question of triviaqa, not of nq`, {
    hint: 'Name the folder of NQ-open, or the one above it.',
    details: { file: place.file, line: place.line },
  })
}
