import { fileURLToPath } from 'node:url'
import { loadConfig } from '../../config/load.js'
import { loadDataset } from '../../data/dataset.js'
import { GraitError } from '../../errors.js'
import { publishedFigures } from '../../report/documents/published-figures.js'
import { type CompareOptions, type CompareOutcome, compareExperiment } from './compare.js'

/** The settings of the paper: numbers of source questions and of known and unknown training questions. */
const SETTINGS = {
  mcqa: { source: 14_042, known: 4000, unknown: 1000 },
  oeqa: { source: 10_000, known: 8000, unknown: 2000 },
} as const
/** A setting of the paper. `mcqa`: multiple choice, MMLU and ARC-c. `oeqa`: open-ended, TriviaQA and NQ-open. */
export type PaperSetting = keyof typeof SETTINGS
export const PAPER_SETTINGS = Object.keys(SETTINGS) as PaperSetting[]

/** A request to `paperExperiment`: which setting of the published comparison to run, with which model and at what scale. */
export interface PaperRequest {
  setting: PaperSetting
  /** Model source: embedded:NAME, path:DIR, gguf:FILE or hub:ORG/NAME[/FILE.gguf][@REVISION]. */
  model: string
  /** Folder of the data sets. */
  data: string
  /** Number of questions from each split, with training questions in proportion; undefined: all. */
  limit?: number | undefined
  /** `path=value` settings, applied last. */
  set?: readonly string[] | undefined
}

/**
 * Runs the published comparison (GRAIT, arXiv 2502.05911, section 4): in-domain and out-of-domain test sets, all methods. A
 * missing split is replaced by one that is available, and the notes say so.
 * @throws GraitError as `compareExperiment` does
 */
export async function paperExperiment(request: PaperRequest, options: CompareOptions = {}): Promise<CompareOutcome> {
  const { setting, model, data, limit, set = [] } = request
  const file = fileURLToPath(new URL(`../../../configs/${setting}.yaml`, import.meta.url))
  const scale = limit === undefined ? undefined : scaledCounts(setting, limit)
  const settings = [
    `model.source=${JSON.stringify(model)}`,
    `data.dir=${JSON.stringify(data)}`,
    ...(scale === undefined ? [] : [`data.limit=${limit}`, `selection.known=${scale.known}`, `selection.unknown=${scale.unknown}`]),
  ]
  const asked = loadConfig(file, [...settings, ...set]).config.data
  const notes: string[] = []
  const tests: string[] = []
  for (const test of asked.tests) tests.push(await standIn(test, asked.dir, [asked.train, ...asked.tests, ...tests], notes, options.signal))
  const train = await standIn(asked.train, asked.dir, [...asked.tests, ...tests], notes, options.signal)
  const chosen = [`data.train=${JSON.stringify(train)}`, `data.tests=${JSON.stringify(tests)}`]
  const loaded = loadConfig(file, [...settings, ...set, ...chosen])
  const published = publishedFigures(loaded.config.model.source)
  if (published !== undefined && (limit !== undefined || notes.length > 0)) {
    notes.push('The published figures are of whole splits: samples and other splits are not comparable to the point.')
  }
  for (const note of notes) options.reporter?.note?.(note)
  return compareExperiment(loaded, { ...options, notes: [...notes, ...(options.notes ?? [])], ...(published && { published }) })
}

/** Training questions for `limit` source questions, in the paper's proportion. */
export function scaledCounts(setting: PaperSetting, limit: number): { known: number; unknown: number } {
  const { source, known, unknown } = SETTINGS[setting]
  const share = Math.min(1, limit / source)
  return { known: Math.max(1, Math.round(known * share)), unknown: Math.max(1, Math.round(unknown * share)) }
}

/** `NAME:SPLIT` if it is available, otherwise the first available split of that data set that is not already used. */
async function standIn(
  name: string,
  dir: string | null,
  taken: readonly string[],
  notes: string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  try {
    await loadDataset({ name, dir }, { signal })
    return name
  } catch (error) {
    const [dataset, split] = name.split(':')
    const present = error instanceof GraitError && error.code === 'data_not_found' ? error.details['present'] : undefined
    const other = Array.isArray(present) ? present.map((found) => `${dataset}:${found}`).find((found) => !taken.includes(found)) : undefined
    if (other === undefined) throw error
    notes.push(`${dataset}: there is no ${split} split in ${dir}; ${other.slice(other.indexOf(':') + 1)} is used instead.`)
    return other
  }
}
