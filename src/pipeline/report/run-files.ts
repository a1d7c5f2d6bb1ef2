import { join, relative } from 'node:path'
import { stringify } from 'yaml'
import type { Config } from '../../config/schema.js'
import type { Question } from '../../data/question/question.js'
import type { Outcome } from '../../evaluation/measures/outcome.js'
import { isInitial, type Results } from '../../evaluation/result-rows.js'
import type { Knowledge } from '../../knowledge/knowledge.js'
import type { AskedQuestion, GivenAnswers, Making, ReportData, TuningData } from '../../report/report-data.js'
import type { ExperimentData } from '../context/experiment-data.js'
import { modelName } from '../context/load-options.js'
import { readJsonLines } from '../folder/json-lines-file.js'
import { methodFolder } from '../folder/method-folder.js'
import { readStoredJson } from '../folder/stored-json.js'
import type { InfluenceRecord } from '../stages/selection.js'

/** What the report needs to know about a run or a comparison beyond its files. */
export interface ReportedRun {
  dir: string
  name: string
  config: Config
  data: Pick<ExperimentData, 'tests' | 'question' | 'notes'>
  results: Results
  /** Notes for the reader, one sentence each. */
  notes?: readonly string[] | undefined
}

/** Reads what the page shows from the files of a run or a comparison. */
export async function reportData({ dir, name, config, data, results, notes }: ReportedRun): Promise<ReportData> {
  const knowledge = await readJsonLines<Knowledge>(join(dir, 'knowledge', 'answers.jsonl'))
  const configuration = stringify(config)
  const making = await readMaking(dir)
  return {
    name,
    model: modelName(config.model),
    command: commandOf(dir, results),
    configuration,
    results,
    tests: await Promise.all(
      data.tests.map(async ({ name: dataset, questions }) => ({
        dataset,
        questions: questions.map(asAsked),
        answers: await answersOf(dir, dataset, results),
      })),
    ),
    threshold: config.knowledge.threshold,
    knowledge: knowledge.map(({ id, correctness, certainty }) => ({ ...asAsked(data.question(id)), correctness, certainty })),
    tunings: await tuningsOf(dir, results),
    making,
    notes: notes ?? data.notes,
  }
}

function asAsked({ id, question, options, answer, answers, subject }: Question): AskedQuestion {
  return { id, question, answer: options?.[answer ?? 0] ?? answers?.[0] ?? '', subject }
}

interface EvaluationRecord {
  id: string
  method: string
  seed: number
  output: string
  outcome: Outcome
}

/** Answers of every method and seed; a run has one file, a comparison one per method and seed. */
async function answersOf(dir: string, dataset: string, { rows }: Results): Promise<GivenAnswers[]> {
  const wanted = rows.filter((row) => row.dataset === dataset)
  const files = new Map<string, Promise<EvaluationRecord[]>>()
  return Promise.all(
    wanted.map(async ({ method, seed }) => {
      const path = join(methodFolder(dir, method, seed), 'evaluation', `${dataset}.jsonl`)
      const records = files.get(path) ?? readJsonLines<EvaluationRecord>(path)
      files.set(path, records)
      const own = (await records).filter((record) => record.method === method && record.seed === seed)
      return { method, seed, byId: new Map(own.map(({ id, output, outcome }) => [id, { output, outcome }])) }
    }),
  )
}

/** Every method and seed that has a tuning. */
async function tuningsOf(dir: string, { rows }: Results): Promise<TuningData[]> {
  const pairs = new Map(rows.map(({ method, seed }) => [`${method} ${seed}`, { method, seed }]))
  const tunings: TuningData[] = []
  for (const { method, seed } of pairs.values()) {
    if (isInitial(method)) continue
    const folder = methodFolder(dir, method, seed)
    const { losses } = await readStoredJson<{ losses: number[] }>(join(folder, 'tuning', 'training.json'))
    tunings.push({ method, seed, candidates: await readJsonLines<InfluenceRecord>(join(folder, 'selection', 'influence.jsonl')), losses })
  }
  return tunings
}

interface RunFile {
  startedAt: string
  node: string
  machine: { processor: string; cores: number; memoryBytes: number; platform: string }
  identity: { revision: string; dtype: string; device: string; threads: number; versions: Record<string, string> }
  stages: Making['stages']
}

async function readMaking(dir: string): Promise<Making> {
  const { startedAt, node, machine, identity, stages } = await readStoredJson<RunFile>(join(dir, 'run.json'))
  return {
    startedAt,
    stages,
    facts: [
      ['device', `${identity.device}, ${identity.dtype}, ${identity.threads} threads`],
      ['processor', `${machine.processor}, ${machine.cores} cores`],
      ['memory', `${(machine.memoryBytes / 2 ** 30).toFixed(1)} GiB`],
      ['platform', machine.platform],
      ['model revision', identity.revision],
      ['node', node],
      ...Object.entries(identity.versions),
    ],
  }
}

/** The command that repeats the run in a new folder, from the configuration in its folder. */
function commandOf(dir: string, { rows }: Results): string {
  const here = relative(process.cwd(), dir)
  const folder = here !== '' && !here.startsWith('..') ? here : dir
  const config = quoted(join(folder, 'config.yaml'))
  const tuned = rows.filter(({ method }) => !isInitial(method))
  const list = (values: readonly (string | number)[]) => [...new Set(values)].join(',')
  const several = new Set(tuned.map(({ method, seed }) => `${method} ${seed}`)).size > 1
  if (!several) return `npx grait run ${config} --out ${quoted(`${folder}-again`)}`
  return `npx grait compare ${config} --methods ${list(tuned.map(({ method }) => method))} --seeds ${list(tuned.map(({ seed }) => seed))} --out ${quoted(`${folder}-again`)}`
}

function quoted(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
