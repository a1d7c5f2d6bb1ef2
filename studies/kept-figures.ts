import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const FIGURES = fileURLToPath(new URL('../docs/findings.jsonl', import.meta.url))
const PAIRS = fileURLToPath(new URL('../docs/findings-pairs.jsonl', import.meta.url))

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
  /** Of tuned models: see RefusedRight. */
  refused: z.int().optional(),
  refusedRight: z.int().optional(),
  refusedRightByChance: z.number().optional(),
  /** float32 or bfloat16: figures of one dtype are compared with each other only. */
  dtype: z.string(),
  machine: z.string(),
})
export type Figure = z.infer<typeof figure>

/** What figures of one method in one arm are called. */
export function labelOf({ method, arm }: Pick<Figure, 'method' | 'arm'>): string {
  return arm === '' ? method : `${method}, ${arm}`
}

/** How the reference of a study differs from another method on the same questions: THS, points, means over seeds. */
const pair = z.strictObject({
  study: z.string(),
  arm: z.string(),
  reference: z.string(),
  method: z.string(),
  seeds: z.array(z.int()),
  dataset: z.string(),
  difference: z.number(),
  interval: z.tuple([z.number(), z.number()]).nullable(),
  p: z.number().nullable(),
  dtype: z.string(),
})
export type Pair = z.infer<typeof pair>

/** The figures kept so far, in order of their names. */
export function keptFigures(): Figure[] {
  return read(FIGURES, figure)
}

export function keptPairs(): Pair[] {
  return read(PAIRS, pair)
}

/** Keeps figures, in place of those of the same name. */
export function keepFigures(figures: readonly Figure[]): void {
  write(FIGURES, [...keptFigures(), ...figures], ({ study, arm, method, seed, dataset, dtype }) => [
    study,
    dtype,
    dataset,
    arm,
    method,
    seed,
  ])
}

export function keepPairs(pairs: readonly Pair[]): void {
  write(PAIRS, [...keptPairs(), ...pairs], ({ study, arm, reference, method, dataset, dtype }) => [
    study,
    dtype,
    dataset,
    arm,
    reference,
    method,
  ])
}

function read<T>(file: string, shape: z.ZodType<T>): T[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  return lines.map((line) => shape.parse(JSON.parse(line)))
}

/** A later item takes the place of an earlier one of the same name. */
function write<T>(file: string, items: readonly T[], name: (item: T) => unknown): void {
  const byName = new Map(items.map((item) => [JSON.stringify(name(item)), item]))
  const names = [...byName.keys()].sort()
  writeFileSync(file, names.map((each) => `${JSON.stringify(byName.get(each))}\n`).join(''))
}
