import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Knowledge } from '../../knowledge/knowledge.js'
import { answerPrompt } from '../../prompts/answer-prompt.js'
import { goldTarget, refusalTarget } from '../../prompts/targets.js'
import type { FeatureBatch } from '../../runtime/gradient-features.js'
import type { Sample } from '../../runtime/sample.js'
import { requireFreeSpace } from '../disk-space.js'
import { featureBytes, writeFeatures } from '../feature-store.js'
import { collectPlanned, type UnitCodec, warnOfFailures } from '../planned-stream.js'
import { obtainStage, type RunContext } from '../run-context.js'
import type { FinishedStage } from '../stage-cache.js'
import { UnitStore } from '../unit-store.js'
import { streamOptions } from './stream-options.js'

/** `idk`: the gradient of refusing, for every question. `ik`: the gradient of the gold answer, for the known ones. */
export type GradientGroup = 'idk' | 'ik'

/**
 * Per-sample gradient features at the rehearsed model (method.md, step 2), stored as `<group>/*.npy` and an index.
 * Rows are in the order of the questions; a question without a usable gradient has none and stands under `failures`.
 */
export async function gradientsStage(
  context: RunContext,
  rehearsal: FinishedStage,
  group: GradientGroup,
  known: readonly Knowledge[],
): Promise<FinishedStage> {
  const { config, session, data, reporter } = context
  const { form, projection, dtype } = config.gradients
  const settings = data.prompts.settings
  const chosen = group === 'idk' ? known : known.filter((item) => item.correctness >= config.knowledge.threshold)
  const samples: Sample[] = chosen.map((item) => {
    const question = data.question(item.id)
    const target = group === 'idk' ? refusalTarget(settings) : goldTarget(question, item)
    return { id: item.id, ...answerPrompt(question, 'refuse', settings), target }
  })
  return obtainStage(
    context,
    {
      name: 'gradients',
      version: 1,
      inputs: {
        rehearsal: rehearsal.key,
        group,
        samples: data.digest(samples),
        gradients: config.gradients,
        model: await session.identity(),
      },
      async compute({ files, resume }) {
        const model = await session.model()
        const store = await UnitStore.open(join(resume, group), await session.maker())
        const width = projection.kind === 'none' ? await adapterParameters(join(rehearsal.dir, 'adapter')) : projection.dim
        // Once as finished batches, once as shards; the batches go when the shards are there.
        const needed = 2 * featureBytes(dtype, samples.length, width) - (await store.bytes())
        await requireFreeSpace(resume, needed, `the gradient features of ${samples.length} questions`)
        const batches = await collectPlanned(store, gradientCodec, (completed) =>
          model.gradientFeatureBatches(samples, {
            adapter: join(rehearsal.dir, 'adapter'),
            form,
            projection,
            normalise: true,
            dtype,
            completed,
            ...streamOptions(context, 'gradients'),
          }),
        )
        const places = new Map<string, { batch: number; row: number; norm: number }>()
        const failures: FeatureBatch['failures'] = []
        let dim = projection.dim
        for await (const batch of batches) {
          dim = batch.dim
          for (const [row, id] of batch.ids.entries()) places.set(id, { batch: batch.batch, row, norm: batch.norms[row] as number })
          failures.push(...batch.failures)
        }
        warnOfFailures(reporter, 'gradients', failures)
        const ids = samples.map((sample) => sample.id).filter((id) => places.has(id))
        const norms = ids.map((id) => places.get(id)?.norm as number)
        await writeFeatures(
          join(files, group),
          { ids, norms, dim, dtype, normalised: true, form, projection, failures },
          rowReader(store, places),
        )
      },
    },
    {
      start:
        group === 'idk' ? `gradients of refusing ${samples.length} questions` : `gradients of answering ${samples.length} known questions`,
    },
  )
}

/** Coordinates of a whole gradient: float32 values in the adapter's file, after its header (safetensors). */
async function adapterParameters(adapter: string): Promise<number> {
  const file = await open(join(adapter, 'adapter_model.safetensors'), 'r')
  try {
    const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0)
    return ((await file.stat()).size - 8 - Number(buffer.readBigUInt64LE())) / 4
  } finally {
    await file.close()
  }
}

/** Reads one row at a time, keeping the batch it was in: neighbours often share one. */
function rowReader(store: UnitStore, places: Map<string, { batch: number; row: number }>): (id: string) => Promise<Uint8Array> {
  const open = new Map<number, FeatureBatch>()
  return async (id) => {
    const { batch, row } = places.get(id) as { batch: number; row: number }
    let unit = open.get(batch)
    if (unit === undefined) {
      if (open.size >= 64) open.delete(open.keys().next().value as number)
      unit = gradientCodec.decode(await store.read(batch))
      open.set(batch, unit)
    }
    const width = unit.dim * unit.features.BYTES_PER_ELEMENT
    return new Uint8Array(unit.features.buffer, unit.features.byteOffset + row * width, width)
  }
}

/** [header length, uint32][JSON header padded to 8 bytes][features] */
const gradientCodec: UnitCodec<FeatureBatch> = {
  encode({ features, norms, ...rest }) {
    const header = Buffer.from(JSON.stringify({ ...rest, norms: Array.from(norms), half: features instanceof Uint16Array }))
    const padded = Buffer.alloc(8 * Math.ceil((header.length + 4) / 8), ' ')
    padded.writeUInt32LE(padded.length - 4)
    header.copy(padded, 4)
    return Buffer.concat([padded, new Uint8Array(features.buffer, features.byteOffset, features.byteLength)])
  },
  decode(data) {
    const end = 4 + data.readUInt32LE(0)
    const { half, norms, ...rest } = JSON.parse(data.toString('utf8', 4, end)) as Omit<FeatureBatch, 'features' | 'norms'> & {
      half: boolean
      norms: number[]
    }
    const bytes = new Uint8Array(data.subarray(end)).buffer
    return { ...rest, norms: Float32Array.from(norms), features: half ? new Uint16Array(bytes) : new Float32Array(bytes) }
  },
}
