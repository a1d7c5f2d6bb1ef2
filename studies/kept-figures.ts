import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const KEPT = fileURLToPath(new URL('../docs/findings.jsonl', import.meta.url))

/** What one method with one seed came to in one arm of a study. */
const figure = z.strictObject({
  study: z.string(),
  arm: z.string(),
  method: z.string(),
  seed: z.int(),
  /** The data set and part that it was measured on. */
  dataset: z.string(),
  n: z.int(),
  pc: z.number(),
  pw: z.number(),
  pr: z.number(),
  ths: z.number().nullable(),
  /** float32 or bfloat16: figures of one dtype are compared with each other only. */
  dtype: z.string(),
  machine: z.string(),
})
export type Figure = z.infer<typeof figure>

/** The figures kept so far, in order of their names. */
export function keptFigures(): Figure[] {
  if (!existsSync(KEPT)) return []
  const lines = readFileSync(KEPT, 'utf8').split('\n').filter(Boolean)
  return lines.map((line) => figure.parse(JSON.parse(line)))
}

/** Keeps figures, in place of those of the same name. */
export function keepFigures(figures: readonly Figure[]): void {
  const all = new Map([...keptFigures(), ...figures].map((each) => [nameOf(each), each]))
  const names = [...all.keys()].sort()
  writeFileSync(KEPT, names.map((name) => `${JSON.stringify(all.get(name))}\n`).join(''))
}

function nameOf({ study, arm, method, seed, dataset, dtype }: Figure): string {
  return JSON.stringify([study, dtype, dataset, arm, method, seed])
}
