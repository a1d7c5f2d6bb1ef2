import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { loadConfig } from '../../config/load.js'
import type { Config } from '../../config/schema.js'
import { GraitError } from '../../errors.js'
import { damageOf, MANIFEST } from '../cache/stage-manifest.js'
import { methodFolder, type TunedPlace } from '../folder/method-folder.js'

/** The choice of a tuned model. A run has one; a comparison has one for each method and seed. */
export interface TunedChoice {
  /** The run's folder. */
  run: string
  method?: string | undefined
  seed?: number | undefined
  /** Read every byte of the base model's files, and compare them with those that the adapter was trained on. */
  verify?: boolean | undefined
}

/** The tuned model of a finished run. */
export interface TunedModel extends TunedPlace {
  /** The PEFT folder. */
  adapter: string
}

/**
 * Finds the tuned model of a run or a comparison.
 * @throws GraitError data_not_found if there is no run or it has no tuned model yet; usage if the choice is ambiguous; data_invalid if the
 *   adapter, or what it was trained on, is not as the run wrote it
 */
export async function findTuned({ run, method, seed }: TunedChoice): Promise<TunedModel> {
  const dir = resolve(run)
  const file = join(dir, 'config.yaml')
  if (!existsSync(file)) {
    throw new GraitError('data_not_found', `${run}: no run lies there (it has no config.yaml)`, {
      hint: 'Give the folder that grait run made, for example runs/quickstart-20260102-030405.',
    })
  }
  const { config } = loadConfig(file)
  const choices = await choicesOf(dir, config)
  const matching = choices.filter(
    (choice) => (method === undefined || choice.method === method) && (seed === undefined || choice.seed === seed),
  )
  const [found] = matching
  if (found === undefined) {
    const there = choices.length === 0 ? 'no tuned model' : choices.map(named).join(', ')
    throw new GraitError('data_not_found', `${run}: holds ${there}${choices.length === 0 ? ' yet' : `, not ${asked(method, seed)}`}`, {
      hint: choices.length === 0 ? `Go on with it: grait run ${file} --out ${run}` : 'Name one that is there with --method and --seed.',
    })
  }
  if (method === undefined && new Set(matching.map((choice) => choice.method)).size > 1) {
    throw new GraitError('usage', `${run}: holds ${choices.map(named).join(', ')}`, {
      hint: 'Say which with --method, and --seed if need be.',
    })
  }
  const folder = methodFolder(dir, found.method, found.seed)
  for (const stage of ['selection', 'tuning']) await requireAsWritten(join(folder, stage), run)
  const own = { ...config, seed: found.seed, selection: { ...config.selection, method: found.method } }
  return { run: dir, config: own, ...found, folder, adapter: adapterOf(folder) }
}

/** Runs of versions before the manifest are taken as they are. */
async function requireAsWritten(stage: string, run: string): Promise<void> {
  if (!existsSync(join(stage, MANIFEST))) return
  const damage = await damageOf(stage, { everyByte: true, leaveNoNote: true })
  if (damage === undefined) return
  throw new GraitError('data_invalid', `${stage}: ${damage}`, {
    hint: `It is no longer what the run wrote. The same command again, with --out ${run}, writes it anew; finished stages are reused.`,
  })
}

interface Choice {
  method: string
  seed: number
}

async function choicesOf(dir: string, config: Config): Promise<Choice[]> {
  if (existsSync(adapterOf(dir))) return [{ method: config.selection.method, seed: config.seed }]
  const choices: Choice[] = []
  for (const method of await names(join(dir, 'methods'))) {
    for (const folder of await names(join(dir, 'methods', method))) {
      const seed = /^seed-(\d+)$/.exec(folder)?.[1]
      if (seed !== undefined && existsSync(adapterOf(join(dir, 'methods', method, folder)))) choices.push({ method, seed: Number(seed) })
    }
  }
  return choices.sort((a, b) => (a.method < b.method ? -1 : a.method > b.method ? 1 : a.seed - b.seed))
}

function adapterOf(folder: string): string {
  return join(folder, 'tuning', 'adapter')
}

async function names(dir: string): Promise<string[]> {
  return readdir(dir).catch(() => [])
}

function named({ method, seed }: Choice): string {
  return `${method} (seed ${seed})`
}

function asked(method: string | undefined, seed: number | undefined): string {
  return [method, seed === undefined ? undefined : `seed ${seed}`].filter((part) => part !== undefined).join(', ')
}
