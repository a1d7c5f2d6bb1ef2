import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { GraitError } from '../../errors.js'
import { parsedJson } from '../cache/parsed-json.js'

const recordSchema = z.object({ results: z.string().nullable() })

/** SHA-256 (hex) of the text of results.json, as run.json records it. */
export function resultsDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/**
 * The text of a run's results.json; undefined before its evaluation.
 * @throws GraitError data_invalid if it is not as the run wrote it
 */
export async function readResults(run: string): Promise<string | undefined> {
  const path = join(run, 'results.json')
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const record = parsedJson(await readFile(join(run, 'run.json'), 'utf8').catch(() => ''), recordSchema)
  if (record?.results == null || record.results === resultsDigest(text)) return text
  throw damagedResults(path, 'damaged, or changed after the run wrote it')
}

/** The error for a results.json that is not what a run wrote. */
export function damagedResults(path: string, what = 'damaged'): GraitError {
  return new GraitError('data_invalid', `${path}: ${what}`, {
    hint: 'Run the experiment again with the same --out: finished stages are reused, and the results are written anew.',
  })
}
