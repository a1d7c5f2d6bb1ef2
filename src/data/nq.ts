import { basename } from 'node:path'
import { z } from 'zod'
import { checkedQuestion } from './checked-question.js'
import { checkedRecord } from './checked-record.js'
import type { LoadedQuestion, NamedSource } from './named-source.js'
import { readRecords } from './open-records.js'
import type { Split } from './source-folder.js'

/** {qid, question, answers} of the list form, {question, answer: [...]} of the JSON Lines that NQ-open is published as. */
const record = z
  .object({
    qid: z.string().optional(),
    question: z.string(),
    answer: z.union([z.string(), z.array(z.string())]).optional(),
    answers: z.array(z.string()).optional(),
  })
  .transform(({ qid, question, answer, answers }) => ({
    qid,
    question,
    answers: answers ?? (typeof answer === 'string' ? [answer] : (answer ?? [])),
  }))

const FILE_NAME = /^(?:nq-open\.)?(?<split>train|dev|test)\.jsonl?$/i

/** NQ-open (Lee et al. 2019, after Kwiatkowski et al. 2019): a JSON list or JSON Lines. Ids where it has none: nq_<split>_<row>. */
export const nq: NamedSource = {
  folders: ['nq', 'nq_open', 'nq-open', ''],
  splitOf,
  splitOrder: ['dev', 'test', 'train'],
  read: readNq,
}

function splitOf(fileName: string): Split | undefined {
  return FILE_NAME.exec(fileName)?.groups?.['split']?.toLowerCase() as Split | undefined
}

async function* readNq(path: string): AsyncGenerator<LoadedQuestion> {
  const split = splitOf(basename(path))
  for await (const { record: found, place, row } of readRecords(path)) {
    const { qid, question, answers } = checkedRecord(record, found, place)
    const distinct = [...new Set(answers.filter((answer) => answer.trim() !== ''))]
    yield { question: checkedQuestion({ id: qid ?? `nq_${split}_${row}`, kind: 'oeqa', question, answers: distinct }, place), place }
  }
}
