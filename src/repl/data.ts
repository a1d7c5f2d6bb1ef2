import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type LoadedConfig, loadConfig } from '../config/load.js'
import type { Config } from '../config/schema.js'
import { loadDataset } from '../data/dataset.js'
import type { Question } from '../data/question/question.js'
import { sampleQuestions } from '../data/sample.js'
import { GraitError } from '../errors.js'
import type { Results } from '../evaluation/result-rows.js'
import { readResults } from '../pipeline/folder/results-file.js'

export interface DataOptions {
  split?: string | undefined
  dir?: string | undefined
  /** Only a seeded sample of this many questions, spread over the subjects. */
  limit?: number | undefined
}

/** The REPL's `data`: questions by name and, with --run, the files of that run. */
export interface ReplData {
  (name: string, options?: DataOptions): Promise<Question[]>
  /** The run's folder; null without --run. */
  readonly run: string | null
  /** Its configuration, every key filled in. */
  readonly config: Config | null
  /** results.json of the run. */
  results(): Promise<Results>
  /** The records of one of its JSON Lines files, e.g. 'selection/influence.jsonl'. */
  rows(file: string): Promise<Record<string, unknown>[]>
}

export function replData(run: string | null): ReplData {
  const loaded: LoadedConfig | null = run === null ? null : loadConfig(join(run, 'config.yaml'))
  const load = async (name: string, { limit, ...request }: DataOptions = {}) => {
    const { questions } = await loadDataset({ name, ...request })
    return limit === undefined ? questions : sampleQuestions(questions, limit, 0)
  }
  return Object.assign(load, {
    run,
    config: loaded?.config ?? null,
    results: async () => JSON.parse((run === null ? undefined : await readResults(run)) ?? (await readRun(run, 'results.json'))) as Results,
    rows: async (file: string) =>
      (await readRun(run, file))
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  })
}

async function readRun(run: string | null, file: string): Promise<string> {
  if (run === null) throw new GraitError('usage', 'there is no run', { hint: 'Start `grait repl --run DIR`.' })
  return readFile(join(run, file), 'utf8').catch((cause: unknown) => {
    throw new GraitError('data_not_found', `${join(run, file)}: cannot be read`, { hint: 'Has the run come so far?', cause })
  })
}
