import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Config } from '../../config/schema.js'
import { GraitError } from '../../errors.js'
import type { ModelInfo } from '../../runtime/model.js'
import { parsedJson } from '../cache/parsed-json.js'

const recordSchema = z.object({ identity: z.object({ revision: z.string() }) })

/** A loaded model without an adapter, and the settings that it was loaded with. */
export interface LoadedBase {
  info: Pick<ModelInfo, 'revision'>
  source: string
  quantization: Config['model']['quantization']
}

/**
 * Refuses a model with other weights than those that a run's adapter was trained on, as run.json records them.
 * @throws GraitError run_conflict
 */
export async function requireTrainedWeights({ run, config }: { run: string; config: Config }, base: LoadedBase): Promise<void> {
  const trained = await recordedRevision(run)
  if (trained === undefined || trained === base.info.revision || trained === quantized(base, config.model.quantization)) return
  const { source } = base
  const other =
    source === config.model.source ? 'its weights have changed since the adapter of' : 'its weights are not those that the adapter of'
  throw new GraitError('run_conflict', `${source}: ${other} ${run} was trained on${source === config.model.source ? ' them' : ''}`, {
    hint: 'Put the former weights back, or run the experiment again in a new folder: an adapter fits only the weights it was trained on.',
    details: { trained, revision: base.info.revision },
  })
}

/** The revision that plain weights have once they are quantized, as the runtime makes it (grait_runtime/models/registry.py). */
function quantized({ info, quantization }: LoadedBase, wanted: Config['model']['quantization']): string | undefined {
  if (quantization !== 'none' || wanted === 'none') return undefined
  return createHash('sha256').update(`${info.revision}\0${wanted}`).digest('hex')
}

/** Undefined if run.json is missing, or of a version without it. */
async function recordedRevision(run: string): Promise<string | undefined> {
  const text = await readFile(join(run, 'run.json'), 'utf8').catch(() => '')
  return parsedJson(text, recordSchema)?.identity.revision
}
