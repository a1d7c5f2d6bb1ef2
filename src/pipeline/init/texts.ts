import { stringify } from 'yaml'
import type { Question } from '../../data/question/question.js'
import { questionLine } from '../../data/question/question-digest.js'
import { PLAIN, REFUSAL } from '../../prompts/defaults.js'

/** A commented configuration for the given questions: the settings that are changed most often, at their defaults. */
export function sampleConfig(train: string): string {
  const text = (value: unknown) => stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()
  return `# An experiment on your own questions: grait run grait.yaml
# Keys that are not here have their defaults; grait schema lists every key, its range and its meaning.
seed: 1

model:
  source: embedded:smollm2-135m-instruct # or path:DIR, gguf:FILE, hub:ORG/NAME[/FILE.gguf][@REVISION]

data:
  train: ${text(train)} # your questions, from this file's folder; also csv:FILE, or atlas, mmlu:test, triviaqa:train, ...
  tests: [] # other questions to test on, e.g. [jsonl:test.jsonl]; if the list is empty, a part of train is held out
  limit: null # use only this many questions of each part, for a first try
  split: { validation: 0.15, test: 0.25, seed: 0 } # questions of one \`group\` stay together

# All wording can be changed, in any language. null: the default.
prompts:
  plain: null # ${PLAIN.oeqa}
  refuse: null # the same, with permission to say "${REFUSAL}"
  refusal: null # ${REFUSAL}
  refusalPhrases: null # an answer counts as refused if its first sentence contains one; English ones are built in
  builtInRefusals: true # false: only refusalPhrases and refusal count

knowledge:
  shots: 0 # worked examples before each question, which mislead a small model; null: 5 for multiple choice, 3 for open-ended
  samples: 10 # answers drawn for each open-ended question
  maxTokens: 16
  threshold: 0.5 # a question is known if its correctness is at least this

rehearsal:
  count: 32 # number of surely known questions to train on

selection:
  method: grait # or cor-rait, corcer-rait, craft, van-tuning, ...
  known: null # number of known questions to train on; null: as many as possible
  unknown: null # number of unknown questions to train on as refusals

tuning:
  lora: { rank: 8, alpha: 16, dropout: 0, targets: all-linear }
  train: { learningRate: 1.0e-3, schedule: cosine, epochs: 3, batchSize: 16 }

evaluation:
  split: test # use validation while you still choose settings
  matching: words # how a right answer is recognised: words, substring or exact
`
}

const CHOICES: Question[] = [
  {
    id: 'planets-1',
    kind: 'mcqa',
    question: 'Which planet is nearest to the sun?',
    options: ['Venus', 'Mercury', 'Mars', 'Earth'],
    answer: 1,
  },
  { id: 'planets-2', kind: 'mcqa', question: 'Which planet has the most mass?', options: ['Jupiter', 'Saturn', 'Neptune'], answer: 0 },
].map((question) => ({ ...question, subject: 'planets' }) as Question)

const OPEN: Question[] = [
  {
    id: 'books-1',
    kind: 'oeqa',
    question: 'Who wrote Faust?',
    answers: ['Johann Wolfgang von Goethe', 'Goethe'],
    subject: 'books',
    group: 'faust',
  },
  { id: 'books-2', kind: 'oeqa', question: 'In which language was Faust written?', answers: ['German'], subject: 'books', group: 'faust' },
  { id: 'books-3', kind: 'oeqa', question: 'Qui a écrit « Candide » ?', answers: ['Voltaire', 'François-Marie Arouet'], subject: 'books' },
  { id: 'rivers-1', kind: 'oeqa', question: 'Which sea does the Danube flow into?', answers: ['Black Sea'], subject: 'rivers' },
]

/** Few enough to be replaced at once: they show the forms, and are too few for an experiment. */
const SAMPLE: readonly Question[] = [...CHOICES, ...OPEN]

export function sampleJsonLines(): string {
  return SAMPLE.map((question) => `${questionLine(question)}\n`).join('')
}

export function sampleCsv(): string {
  const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  const rows = SAMPLE.map(({ id, question, options = [], answer, answers = [], subject = '', group = '' }) => [
    id,
    question,
    ...[0, 1, 2, 3].map((index) => options[index] ?? ''),
    answer === undefined ? '' : 'ABCD'.charAt(answer),
    answers.join(' | '),
    subject,
    group,
  ])
  const header = ['id', 'question', 'A', 'B', 'C', 'D', 'answer', 'answers', 'subject', 'group']
  return [header, ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('')
}
