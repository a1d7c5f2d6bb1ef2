import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Results } from '../../evaluation/result-rows.js'
import { INIT_BASIC } from '../../evaluation/result-rows.js'
import { resolvePrompts } from '../../prompts/settings.js'
import type { BaseModel, CardData } from '../../report/documents/model-card.js'
import { readJsonLines } from '../folder/json-lines-file.js'
import type { TunedPlace } from '../folder/method-folder.js'
import type { TrainingRecord } from '../stages/selection.js'

/** The contents of a tuned model's card, from the files of its run. */
export async function cardData({ run, config, method, seed, folder }: TunedPlace): Promise<CardData> {
  const train = await readJsonLines<TrainingRecord>(join(folder, 'selection', 'train.jsonl'))
  const text = await readFile(join(run, 'results.json'), 'utf8').catch(() => undefined)
  const rows = text === undefined ? [] : (JSON.parse(text) as Results).rows
  const { refusal, refuse } = resolvePrompts(config.prompts)
  const asked = train[0]?.messages[0]?.content ?? ''
  const { lora, train: training } = config.tuning
  return {
    method,
    seed,
    base: await baseModel(config.model.source),
    trainedOn: config.data.train,
    known: train.filter(({ group }) => group === 'ik').length,
    unknown: train.filter(({ group }) => group === 'idk').length,
    refusal,
    instruction: asked.startsWith(refuse.mcqa) ? refuse.mcqa : refuse.oeqa,
    settings: Object.entries({ ...lora, ...training }).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.join(', ') : typeof value === 'boolean' ? String(value) : value,
    ]),
    results: rows.filter((row) => row.method === INIT_BASIC || (row.method === method && row.seed === seed)),
  }
}

/** What is known about a base model without any request. */
async function baseModel(source: string): Promise<BaseModel> {
  if (source === 'embedded:smollm2-135m-instruct') return { source, id: 'HuggingFaceTB/SmolLM2-135M-Instruct', licence: 'apache-2.0' }
  const hub = /^hub:([^@]+)/.exec(source)?.[1]
  if (hub !== undefined) return { source, id: hub }
  const dir = /^path:(.+)$/s.exec(source)?.[1]
  const card = dir === undefined ? '' : await readFile(join(dir, 'README.md'), 'utf8').catch(() => '')
  const front = /^---\n(.*?)\n---/s.exec(card)?.[1] ?? ''
  return { source, licence: /^license:\s*([\w.-]+)\s*$/m.exec(front)?.[1] }
}
