import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { INIT_BASIC, type ResultRow } from '../../evaluation/result-rows.js'
import { resolvePrompts } from '../../prompts/settings.js'
import type { BaseModel, CardData } from '../../report/documents/model-card.js'
import { parsedJson } from '../cache/parsed-json.js'
import { readJsonLines } from '../folder/json-lines-file.js'
import type { TunedPlace } from '../folder/method-folder.js'
import { damagedResults, readResults } from '../folder/results-file.js'
import type { TrainingRecord } from '../stages/selection.js'

const figure = z.number().nullable()
/** What a card reads of results.json. */
const resultsSchema = z.object({
  rows: z.array(z.looseObject({ method: z.string(), seed: z.int(), dataset: z.string(), pc: figure, pw: figure, pr: figure, ths: figure })),
})

/** The contents of a tuned model's card, from the files of its run. */
export async function cardData({ run, config, method, seed, folder }: TunedPlace): Promise<CardData> {
  const train = await readJsonLines<TrainingRecord>(join(folder, 'selection', 'train.jsonl'))
  const rows = await resultRows(run)
  const { refusal, refuse } = resolvePrompts(config.prompts)
  const asked = train[0]?.messages.find(({ role }) => role === 'user')?.content ?? ''
  const { lora, train: training } = config.tuning
  return {
    method,
    seed,
    base: { ...(await baseModel(config.model.source)), adapter: config.model.adapter ?? undefined },
    trainedOn: config.data.train,
    known: distinct(train.filter(({ target }) => target !== refusal)),
    unknown: distinct(train.filter(({ target }) => target === refusal)),
    refusal,
    instruction: asked.startsWith(refuse.mcqa) ? refuse.mcqa : refuse.oeqa,
    settings: Object.entries({ ...lora, ...training }).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.join(', ') : typeof value === 'boolean' ? String(value) : value,
    ]),
    templateDate: await templateDateOf(run),
    results: rows.filter((row) => row.method === INIT_BASIC || (row.method === method && row.seed === seed)),
  }
}

const recordSchema = z.object({ identity: z.object({ templateDate: z.string().nullable() }) })

/** The date in the prompts of a run, as run.json records it. */
async function templateDateOf(run: string): Promise<string | null> {
  const text = await readFile(join(run, 'run.json'), 'utf8').catch(() => '')
  return parsedJson(text, recordSchema)?.identity.templateDate ?? null
}

/** The rows of a run's results; none before its evaluation. @throws GraitError data_invalid if the file is damaged */
async function resultRows(run: string): Promise<ResultRow[]> {
  const text = await readResults(run)
  if (text === undefined) return []
  const results = parsedJson(text, resultsSchema)
  if (results !== undefined) return results.rows as unknown as ResultRow[]
  throw damagedResults(join(run, 'results.json'))
}

/** What is known about a base model without any request. */
async function baseModel(source: string): Promise<BaseModel> {
  if (source === 'embedded:smollm2-135m-instruct') return { source, id: 'HuggingFaceTB/SmolLM2-135M-Instruct', licence: 'apache-2.0' }
  const hub = /^hub:([^@/]+\/[^@/]+)/.exec(source)?.[1]
  if (hub !== undefined) return { source, id: hub }
  const dir = /^path:(.+)$/s.exec(source)?.[1]
  const card = dir === undefined ? '' : await readFile(join(dir, 'README.md'), 'utf8').catch(() => '')
  const front = /^---\n(.*?)\n---/s.exec(card)?.[1] ?? ''
  return { source, licence: /^license:\s*([\w.-]+)\s*$/m.exec(front)?.[1] }
}

/** The number of questions among training pairs. */
function distinct(pairs: readonly TrainingRecord[]): number {
  return new Set(pairs.map(({ id }) => id)).size
}
