import { join } from 'node:path'
import { z } from 'zod'
import { INIT_BASIC } from '../../evaluation/result-rows.js'
import { parsedJson } from '../cache/parsed-json.js'
import { damagedResults, readResults } from '../folder/results-file.js'

/** What is read of results.json. */
const resultsSchema = z.object({
  rows: z.array(z.object({ method: z.string(), seed: z.int(), atThreshold: z.object({ threshold: z.number().nullable() }).optional() })),
})

/** Answers whose confidence is not above these are better refused. Null: there is no threshold, or refusing more does not pay. */
export interface Thresholds {
  initial: number | null
  tuned: number | null
}

/**
 * The thresholds that a run set on other questions than its tests, for the initial and a tuned model; none before its evaluation.
 * @throws GraitError data_invalid if results.json is damaged
 */
export async function thresholdsOf(run: string, tuned: { method: string; seed: number }): Promise<Thresholds> {
  const text = await readResults(run)
  if (text === undefined) return { initial: null, tuned: null }
  const results = parsedJson(text, resultsSchema)
  if (results === undefined) throw damagedResults(join(run, 'results.json'))
  const of = (method: string, seed?: number) =>
    results.rows.find((row) => row.method === method && (seed === undefined || row.seed === seed))?.atThreshold?.threshold ?? null
  return { initial: of(INIT_BASIC), tuned: of(tuned.method, tuned.seed) }
}
