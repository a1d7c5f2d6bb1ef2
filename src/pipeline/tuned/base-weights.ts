import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { GraitError } from '../../errors.js'
import type { ModelInfo } from '../../runtime/model.js'
import { parsedJson } from '../cache/parsed-json.js'

const recordSchema = z.object({ identity: z.object({ revision: z.string() }) })

/**
 * Refuses a model with other weights than those that a run's adapter was trained on, as run.json records them.
 * @param run the run's folder
 * @throws GraitError run_conflict
 */
export async function requireTrainedWeights(run: string, { revision }: ModelInfo, source: string): Promise<void> {
  const trained = await recordedRevision(run)
  if (trained === undefined || trained === revision) return
  throw new GraitError('run_conflict', `${source}: its weights have changed since the adapter of ${run} was trained on them`, {
    hint: 'Put the former weights back, or run the experiment again in a new folder: an adapter fits only the weights it was trained on.',
    details: { trained, revision },
  })
}

/** Undefined if run.json is missing, or of a version without it. */
async function recordedRevision(run: string): Promise<string | undefined> {
  const text = await readFile(join(run, 'run.json'), 'utf8').catch(() => '')
  return parsedJson(text, recordSchema)?.identity.revision
}
