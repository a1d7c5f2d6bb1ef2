import { z } from 'zod'
import { checkedQuestion, lineOf, parsedLine } from './checked-question.js'
import { checkedRecord } from './checked-record.js'
import type { LoadedQuestion, NamedSource } from './named-source.js'
import type { Split } from './source-folder.js'
import { readLines } from './text-file.js'

const record = z.object({
  id: z.string(),
  question: z.object({ stem: z.string(), choices: z.array(z.object({ text: z.string(), label: z.string() })) }),
  answerKey: z.string(),
})

/**
 * ARC (Clark et al. 2018): AI2's JSON Lines. Labels are A-E or 1-5; the right answer is the position of its label.
 * @param part as it is written in file names: ARC-Challenge or ARC-Easy
 */
function arc(part: 'ARC-Challenge' | 'ARC-Easy'): NamedSource {
  const fileName = new RegExp(`^${part}-(?<split>train|dev|test)\\.jsonl$`, 'i')
  return {
    folders: ['arc', `arc/${part}`, `ARC-V1-Feb2018-2/${part}`, part, ''],
    splitOf: (name) => fileName.exec(name)?.groups?.['split']?.toLowerCase() as Split | undefined,
    splitOrder: ['test', 'dev', 'train'],
    read: readArc,
  }
}

export const arcChallenge = arc('ARC-Challenge')
export const arcEasy = arc('ARC-Easy')

async function* readArc(path: string): AsyncGenerator<LoadedQuestion> {
  for await (const { number, text } of readLines(path)) {
    if (text.trim() === '') continue
    const place = lineOf(path, number)
    const { id, question, answerKey } = checkedRecord(record, parsedLine(text, place), place)
    const answer = question.choices.findIndex(({ label }) => label === answerKey)
    const options = question.choices.map((choice) => choice.text)
    yield { question: checkedQuestion({ id, kind: 'mcqa', question: question.stem, options, answer }, place), place }
  }
}
