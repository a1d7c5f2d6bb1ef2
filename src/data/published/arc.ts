import { basename } from 'node:path'
import { z } from 'zod'
import { GraitError } from '../../errors.js'
import { checkedRecord } from '../files/checked-record.js'
import { checkedQuestion } from '../question/checked-question.js'
import { HUB_JSON, HUB_PARQUET, hubFile, readHubRows } from './hub-file.js'
import type { LoadedQuestion, NamedSource } from './named-source.js'
import type { Split } from './split-name.js'

/** AI2's JSON Lines. */
const originalForm = z
  .object({
    id: z.string(),
    question: z.object({ stem: z.string(), choices: z.array(z.object({ text: z.string(), label: z.string() })) }),
    answerKey: z.string(),
  })
  .transform(({ id, question, answerKey }) => ({
    id,
    stem: question.stem,
    options: question.choices.map(({ text }) => text),
    labels: question.choices.map(({ label }) => label),
    answerKey,
  }))

/** The hub's columns: question, choices {text: [...], label: [...]}. */
const hubForm = z
  .object({
    id: z.string(),
    question: z.string(),
    choices: z.object({ text: z.array(z.string()), label: z.array(z.string()) }),
    answerKey: z.string(),
  })
  .transform(({ id, question, choices, answerKey }) => ({
    id,
    stem: question,
    options: choices.text,
    labels: choices.label,
    answerKey,
  }))

/**
 * ARC (Clark et al. 2018): AI2's JSON Lines or the hub's rows. Labels are A-E or 1-5; the right answer is the position of
 * its label.
 * @param part as it is written in file names: ARC-Challenge or ARC-Easy
 */
function arc(part: 'ARC-Challenge' | 'ARC-Easy'): NamedSource {
  const originalName = new RegExp(`^${part}-(?<split>train|dev|test)\\.jsonl$`, 'i')
  const own = part === 'ARC-Challenge' ? /arc.?challenge/i : /arc.?easy/i
  const ownName = new RegExp(`(?:allenai[-_])?(?:ai2[-_]arc[-_])?${own.source}`, 'g')
  const other = part === 'ARC-Challenge' ? /arc.?easy/i : /arc.?challenge/i
  return {
    folders: ['arc', `arc/${part}`, `ARC-V1-Feb2018-2/${part}`, part, part.toLowerCase(), ''],
    folderName: own,
    forms: ['jsonl', HUB_PARQUET, HUB_JSON],
    fileOf(name) {
      const split = originalName.exec(basename(name))?.groups?.['split']?.toLowerCase() as Split | undefined
      if (split !== undefined) return { split, form: 'jsonl' }
      return other.test(name) ? undefined : hubFile(name, ownName, 'dev')
    },
    fileNames: `${part}-Test.jsonl, test.parquet, test-00000-of-00001.parquet, ${part.toLowerCase()}_test.jsonl (and train, dev or validation likewise)`,
    hub: { repository: 'allenai/ai2_arc', folder: part },
    splitOrder: ['test', 'dev', 'train'],
    read: (path, _split, _rows, signal) => readArc(path, signal),
  }
}

export const arcChallenge = arc('ARC-Challenge')
export const arcEasy = arc('ARC-Easy')

async function* readArc(path: string, signal: AbortSignal | undefined): AsyncGenerator<LoadedQuestion> {
  for await (const { record, place } of readHubRows(path, ['id', 'question', 'choices', 'answerKey'], signal)) {
    const { id, stem, options, labels, answerKey } = checkedRecord(formOf(record), record, place)
    const answer = labels.indexOf(answerKey)
    if (answer < 0) {
      const message = `no right answer: answerKey ${JSON.stringify(answerKey)} is none of the labels ${labels.join(', ')} (id ${JSON.stringify(id)})`
      throw new GraitError('data_invalid', `${place.where}: ${message}`, {
        hint: 'answerKey must be the label of the right option.',
        details: { file: place.file, line: place.line, field: 'answerKey' },
      })
    }
    yield { question: checkedQuestion({ id, kind: 'mcqa', question: stem, options, answer }, place), place }
  }
}

function formOf(record: unknown): typeof originalForm | typeof hubForm {
  return typeof record === 'object' && record !== null && 'choices' in record ? hubForm : originalForm
}
