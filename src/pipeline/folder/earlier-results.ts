import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeFault, writing } from '../../disk-fault.js'
import { changedFacts, type ModelIdentity, modelIdentitySchema } from '../cache/model-identity.js'
import { parsedJson } from '../cache/parsed-json.js'

/** Digests of what a run's results depend on beside its configuration and the model, and the version of this package. */
const runInputsSchema = z.strictObject({
  version: z.string(),
  questions: z.string(),
  tests: z.string(),
  answers: z.string().nullable(),
  methods: z.string(),
})
export type RunInputs = z.infer<typeof runInputsSchema>

const recordSchema = z.object({ inputs: runInputsSchema, identity: modelIdentitySchema })

/** What a run or a comparison writes into its folder, except config.yaml and, last, run.json. */
export const RESULTS: readonly string[] = [
  'report.html',
  'results.json',
  'results.csv',
  'results.md',
  'evaluation',
  'tuning',
  'selection',
  'first-round',
  'gradients',
  'flow',
  'greedy',
  'estimates',
  'rehearsal',
  'knowledge',
  'methods',
]
const RECORD = 'run.json'

const WORDS: Record<keyof RunInputs, string> = {
  version: 'the version of grait',
  questions: 'the training questions',
  tests: 'the test questions',
  answers: 'the given answers',
  methods: 'the methods of the script',
}

/** Results of an earlier run that were moved. */
export interface SetAside {
  /** Where they are now. */
  folder: string
  /** What has changed since, in words. */
  changed: string[]
}

/**
 * Moves the results in a run's folder into a folder `earlier-N` inside it, unless they were made with the same inputs and the same model:
 * a run's folder never holds results of two experiments. A move that was interrupted is completed by the next.
 */
export async function setEarlierAside(run: string, inputs: RunInputs, identity: ModelIdentity): Promise<SetAside | undefined> {
  const there = RESULTS.filter((name) => existsSync(join(run, name)))
  if (there.length === 0) return undefined
  const changed = await changesSince(run, inputs, identity)
  if (changed.length === 0) return undefined
  const folder = await folderFor(run, there)
  await writing(folder, async () => {
    await copyFile(join(run, 'config.yaml'), join(folder, 'config.yaml'))
    for (const name of there) await rename(join(run, name), join(folder, name))
    // Last: until then the folder is known to hold what the record describes.
    if (existsSync(join(run, RECORD))) await rename(join(run, RECORD), join(folder, RECORD))
  })
  return { folder, changed }
}

async function changesSince(run: string, inputs: RunInputs, identity: ModelIdentity): Promise<string[]> {
  const text = await readFile(join(run, RECORD), 'utf8').catch(() => '')
  const before = parsedJson(text, recordSchema)
  if (before === undefined) return [`what they were made from is not recorded (${RECORD} is missing, damaged or of another version)`]
  const names = Object.keys(WORDS) as (keyof RunInputs)[]
  return [
    ...names.filter((name) => inputs[name] !== before.inputs[name]).map((name) => WORDS[name]),
    ...changedFacts(identity, before.identity).map((name) => (name === 'revision' ? "the model's files" : `the model's ${name}`)),
  ]
}

/** The folder of a move that was interrupted, or else a new one. */
async function folderFor(run: string, moved: readonly string[]): Promise<string> {
  for (let number = 1; ; number++) {
    const folder = join(run, `earlier-${number}`)
    try {
      await mkdir(folder)
      return folder
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw writeFault(error, folder)
      const begun = existsSync(join(folder, 'config.yaml')) && !existsSync(join(folder, RECORD))
      if (begun && !moved.some((name) => existsSync(join(folder, name)))) return folder
    }
  }
}
