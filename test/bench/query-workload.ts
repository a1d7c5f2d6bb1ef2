import { writeFile } from 'node:fs/promises'
import { loadDataset } from '../../src/data/dataset.js'
import type { Question } from '../../src/data/question/question.js'
import { sampleQuestions } from '../../src/data/sample.js'
import { knowledgePrompt, scoredOptions } from '../../src/prompts/knowledge-prompt.js'
import { resolvePrompts } from '../../src/prompts/settings.js'
import { pickShots } from '../../src/prompts/shots.js'
import type { OptionsPrompt, Prompt } from '../../src/runtime/calls/sample.js'
import { seededOrder } from '../../src/seeded-hash.js'

const SUBJECTS = 57
const WORDS = 'river treaty enzyme ledger photon senate glacier sonnet neuron tariff orbit cathedral vaccine statute harbour alloy'.split(
  ' ',
)

/** What the query is measured on, real where GRAIT_DATA names a folder. */
export interface QueryWorkload {
  /** Multiple choice with 5 examples: 50 questions of each of 4 subjects. */
  some: OptionsPrompt[]
  /** The whole split. */
  all: OptionsPrompt[]
  /** Open-ended chats with 3 examples. */
  open: Prompt[]
  mcqa: string
  oeqa: string
}

export async function queryWorkload(openCount: number): Promise<QueryWorkload> {
  const dir = process.env['GRAIT_DATA']
  const test = dir === undefined ? alike('test', 246) : (await loadDataset({ name: 'mmlu', split: 'test', dir })).questions
  const dev = dir === undefined ? alike('dev', 5) : (await loadDataset({ name: 'mmlu', split: 'dev', dir })).questions
  const shots = pickShots(test, { shots: 5, seed: 0, dev })
  const subjects = seededOrder([...new Set(test.map(({ subject }) => subject as string))], 0, (subject) => subject).slice(0, 4)
  const ofSubject = (subject: string) => test.filter((question) => question.subject === subject)
  const some = subjects.flatMap((subject) => sampleQuestions(ofSubject(subject), 50, 0))
  const { questions } = await loadDataset(dir === undefined ? { name: 'atlas' } : { name: 'triviaqa:train', dir })
  const openShots = pickShots(questions, { shots: 3, seed: 0 })
  const settings = resolvePrompts()
  const scored = (question: Question): OptionsPrompt => {
    const prompt = knowledgePrompt(question, shots.for(question), settings)
    return { id: question.id, ...prompt, options: scoredOptions(question) }
  }
  return {
    some: some.map(scored),
    all: test.map(scored),
    open: sampleQuestions(openShots.rest, openCount, 0).map((question) => ({
      id: question.id,
      ...knowledgePrompt(question, openShots.for(question), settings),
    })),
    mcqa: dir === undefined ? 'look-alikes of MMLU' : 'MMLU',
    oeqa: dir === undefined ? 'embedded questions' : 'TriviaQA questions',
  }
}

export async function writeLines(path: string, items: readonly unknown[]): Promise<void> {
  await writeFile(path, items.map((item) => `${JSON.stringify(item)}\n`).join(''))
}

/** Questions as long as MMLU's, of words at random. */
function alike(split: string, perSubject: number): Question[] {
  return Array.from({ length: SUBJECTS * perSubject }, (_, index): Question => {
    const words = (from: number, count: number) =>
      Array.from({ length: count }, (_, k) => WORDS[(index * 7 + (from + k) * (k + 3)) % WORDS.length]).join(' ')
    return {
      id: `${split}/${index}`,
      kind: 'mcqa',
      question: `${words(1, 12 + ((index * 13) % 60))}?`,
      options: [0, 1, 2, 3].map((option) => words(option + 5, 2 + ((index + option) % 9))),
      answer: index % 4,
      subject: `subject_${index % SUBJECTS}`,
    }
  })
}
