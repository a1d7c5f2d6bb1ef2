import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { JudgedAnswer, JudgedSet, Outcome } from 'grait'
import { z } from 'zod'

/** Where pieces are kept: a folder a sort, a file a method and seed. */
export const KEPT = fileURLToPath(new URL('../kept', import.meta.url))

const LETTERS: Record<Outcome, string> = { correct: 'c', wrong: 'w', refused: 'r', unparseable: 'u' }
const OUTCOMES = new Map(Object.entries(LETTERS).map(([outcome, letter]) => [letter, outcome as Outcome]))
/** Digits after the point: enough to order answers. */
const DIGITS = 4

const setSchema = z.strictObject({
  method: z.string(),
  seed: z.int(),
  dataset: z.string(),
  /** A letter a question: c(orrect), w(rong), r(efused), u(nparseable). */
  outcomes: z.string(),
  /** Null: no answer. */
  confidences: z.array(z.number().nullable()).optional(),
  /** log p(refusal). */
  refusals: z.array(z.number().nullable()).optional(),
})
const pieceSchema = z.strictObject({
  /** The digest of the settings: pieces of one sort have the same. */
  configuration: z.string(),
  dtype: z.string(),
  machine: z.string(),
  /** From the first stage to the last; what was there already took none. */
  seconds: z.number(),
  /** The digest of the ids of every data set, in order. */
  questions: z.record(z.string(), z.string()),
  sets: z.array(setSchema),
})
export type KeptPiece = z.infer<typeof pieceSchema>
export type KeptSet = z.infer<typeof setSchema>

/** What a set comes to in a file. */
export function keptSet({ method, seed, dataset, answers }: JudgedSet): KeptSet {
  const confidences = answers.map(({ confidence }) => kept(confidence))
  const refusals = answers.map(({ refusalScore }) => kept(refusalScore))
  return {
    method,
    seed,
    dataset,
    outcomes: answers.map(({ outcome }) => LETTERS[outcome]).join(''),
    ...(confidences.some((value) => value !== null) ? { confidences } : {}),
    ...(refusals.some((value) => value !== null) ? { refusals } : {}),
  }
}

/** The set of a file; its questions are called by their place. */
export function judgedSet({ method, seed, dataset, outcomes, confidences, refusals }: KeptSet): JudgedSet {
  const answers = [...outcomes].map((letter, index): JudgedAnswer => {
    const outcome = OUTCOMES.get(letter)
    if (outcome === undefined) throw new Error(`${method}, seed ${seed}, ${dataset}: no outcome is called ${JSON.stringify(letter)}`)
    return {
      id: String(index),
      outcome,
      ...(confidences === undefined ? {} : { confidence: confidences[index] ?? -Number.MAX_VALUE }),
      ...(refusals === undefined ? {} : { refusalScore: refusals[index] ?? undefined }),
    }
  })
  return { method, seed, dataset, answers }
}

export function isKept(sort: string, name: string): boolean {
  return existsSync(fileOf(sort, name))
}

/** Keeps a piece; it is there as a whole or not at all. */
export function keepPiece(sort: string, name: string, piece: KeptPiece): void {
  const file = fileOf(sort, name)
  mkdirSync(join(KEPT, sort), { recursive: true })
  writeFileSync(`${file}.partial`, `${JSON.stringify(piece)}\n`)
  renameSync(`${file}.partial`, file)
}

/** @throws Error if pieces were run with other settings or other questions than the first */
export function keptPieces(sort: string): KeptPiece[] {
  const dir = join(KEPT, sort)
  const names = existsSync(dir) ? readdirSync(dir).filter((name) => name.endsWith('.json')) : []
  const pieces = names.sort().map((name) => ({ name, ...pieceSchema.parse(JSON.parse(readFileSync(join(dir, name), 'utf8'))) }))
  const [first] = pieces
  const facts = ({ configuration, dtype, questions }: KeptPiece) => JSON.stringify({ configuration, dtype, questions })
  const other = pieces.find((piece) => first !== undefined && facts(piece) !== facts(first))
  if (first !== undefined && other !== undefined) {
    throw new Error(`${join(dir, other.name)}: run with other settings, questions or dtype than ${first.name}; remove one of them`)
  }
  return pieces.map(({ name: _, ...piece }) => piece)
}

function fileOf(sort: string, name: string): string {
  return join(KEPT, sort, `${name}.json`)
}

function kept(value: number | undefined): number | null {
  return value === undefined || value === -Number.MAX_VALUE ? null : Number(value.toFixed(DIGITS))
}
