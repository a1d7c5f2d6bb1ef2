import type { Config } from '../../config/schema.js'
import { type Dataset, loadDataset } from '../../data/dataset.js'
import { overlapNote } from '../../data/duplicates.js'
import { givenName } from '../../data/given-name.js'
import { type GivenQuestions, givenDataset, refuseUnnamed } from '../../data/given-questions.js'
import type { HubOptions } from '../../data/hub/endpoint.js'
import type { Question } from '../../data/question/question.js'
import { digestOfQuestions } from '../../data/question/question-digest.js'
import { sampleQuestions } from '../../data/sample.js'
import { splitByGroup } from '../../data/split.js'
import { GraitError } from '../../errors.js'
import type { JudgeSettings } from '../../evaluation/judging/judge.js'
import { nearestName } from '../../nearest-name.js'
import { type PromptSettings, resolvePrompts } from '../../prompts/settings.js'
import { pickShots, type Shots } from '../../prompts/shots.js'
import { digestOf } from '../cache/digest.js'
import { datasetLabel, testLabels } from './dataset-labels.js'
import { thresholdQuestions } from './threshold-questions.js'

export interface TestSet {
  name: string
  questions: Question[]
  digest: string
}

/** The questions of a run: what to learn from, what to show as examples, what to test on. */
export interface ExperimentData {
  /** The source questions (D_src), without the worked examples. */
  train: Question[]
  trainDigest: string
  tests: TestSet[]
  /** What thresholds of confidences are set on. */
  thresholdSet: TestSet & { trainedOn: boolean }
  shotsFor(question: Question): Question[]
  shotsDigest: string
  /** The source question of this id. A test set may have another question of the same id. */
  question(id: string): Question
  prompts: { settings: PromptSettings; plainInputs: unknown; refuseInputs: unknown }
  judging: JudgeSettings
  digest(value: unknown): string
  notes: string[]
}

type Part = 'train' | 'validation' | 'test'
/** Ends the name of the questions that thresholds are set on. */
const THRESHOLD_PART = 'thresholds'

/** What `loadExperimentData` may be given beside the configuration: questions that are in memory, and how to cancel and follow downloads. */
interface DataOptions extends HubOptions {
  questions?: GivenQuestions | undefined
}

/**
 * Reads and divides the questions of a run. If no tests are given, `data.train` is split by group; `data.limit` applies to each
 * part.
 */
export async function loadExperimentData(config: Config, { questions: given = {}, ...hub }: DataOptions = {}): Promise<ExperimentData> {
  const { dir, limit, split, tests } = config.data
  const labels = testLabels(tests)
  refuseUnnamed(given, [config.data.train, ...tests])
  const notes: string[] = []
  const load = async (name: string): Promise<Dataset> => {
    const inMemory = givenName(name)
    const dataset = inMemory === undefined ? await loadDataset({ name, dir }, hub) : givenDataset(inMemory, given)
    return onlySubjects(dataset, config.data.subjects, name)
  }
  const source = await load(config.data.train)
  notes.push(...source.notes)
  const limitOf = (part: Part) => (limit === null || typeof limit === 'number' ? limit : limit[part])
  const cut = (questions: Question[], part: Part) => {
    const n = limitOf(part)
    return n === null ? questions : sampleQuestions(questions, n, split.seed)
  }
  let train: Question[]
  let validation: Question[] = []
  const testSets: TestSet[] = []
  const addTest = (name: string, questions: Question[]) => testSets.push({ name, questions, digest: digestOfQuestions(questions) })
  if (tests.length === 0) {
    const parts = splitByGroup(source.questions, split)
    train = parts.train
    if (config.evaluation.split === 'test') validation = parts.validation
    addTest(`${datasetLabel(config.data.train)}-${config.evaluation.split}`, cut(parts[config.evaluation.split], config.evaluation.split))
  } else {
    train = source.questions
    for (const [index, name] of tests.entries()) {
      const test = await load(name)
      notes.push(...test.notes)
      addTest(labels[index] as string, cut(test.questions, config.evaluation.split))
    }
  }
  const shots = await chooseShots(config, train, hub)
  train = cut(shots.rest, 'train')
  const kept = new Set(train)
  const unused = shots.rest.filter((question) => !kept.has(question))
  const wanted = { limit: limitOf('validation'), share: split.validation, seed: split.seed }
  const forThresholds = thresholdQuestions({ validation, unused, train }, wanted)
  for (const [what, questions] of [['data.train', train], ...testSets.map((test) => [test.name, test.questions] as const)] as const) {
    if (questions.length > 0) continue
    throw new GraitError(
      'data_invalid',
      `${what}: no questions are left after the split (${source.questions.length} were read from ${config.data.train})`,
      {
        hint: 'Give more questions, name data.tests, or change data.split.',
      },
    )
  }
  for (const test of testSets) notes.push(...overlapNote(config.data.train, train, test.name, test.questions))
  const byId = new Map(train.map((question) => [question.id, question]))
  const settings = resolvePrompts(config.prompts)
  return {
    train,
    trainDigest: digestOfQuestions(train),
    tests: testSets,
    thresholdSet: {
      name: `${datasetLabel(config.data.train)}-${THRESHOLD_PART}`,
      ...forThresholds,
      digest: digestOfQuestions(forThresholds.questions),
    },
    shotsFor: shots.for,
    shotsDigest: digestOf(shots.all),
    question(id) {
      const question = byId.get(id)
      if (question === undefined) throw new GraitError('data_invalid', `${id}: no such source question in this run`)
      return question
    },
    prompts: {
      settings,
      plainInputs: withSystem(settings, settings.plain),
      refuseInputs: withSystem(settings, [settings.refuse, settings.refusal]),
    },
    judging: { refusalPhrases: settings.refusalPhrases, builtInRefusals: settings.builtInRefusals, matching: config.evaluation.matching },
    digest: digestOf,
    notes,
  }
}

/** @throws GraitError data_invalid for a subject that no question has */
function onlySubjects(dataset: Dataset, subjects: string[] | null, name: string): Dataset {
  if (subjects === null) return dataset
  const present = [...new Set(dataset.questions.flatMap(({ subject }) => subject ?? []))].sort()
  const unknown = subjects.find((subject) => !present.includes(subject))
  if (unknown !== undefined) {
    const nearest = nearestName(unknown, present)
    throw new GraitError('data_invalid', `data.subjects: ${name} has no subject "${unknown}"`, {
      hint: nearest === undefined ? `Its subjects: ${present.join(', ')}.` : `Did you mean ${nearest}?`,
    })
  }
  return { ...dataset, questions: dataset.questions.filter(({ subject }) => subject !== undefined && subjects.includes(subject)) }
}

/** MMLU's examples come from its dev split, others from train. */
async function chooseShots(config: Config, train: Question[], hub: HubOptions): Promise<Shots> {
  const { shots, seed } = config.knowledge
  const isMmlu = /^mmlu(:|$)/.test(config.data.train)
  const dev = isMmlu ? (await loadDataset({ name: 'mmlu', split: 'dev', dir: config.data.dir }, hub)).questions : undefined
  return pickShots(train, { shots, seed, dev })
}

/** What prompts are made from, as part of a stage's key. */
function withSystem({ system }: PromptSettings, wording: unknown): unknown {
  return system === null ? wording : [system, wording]
}
