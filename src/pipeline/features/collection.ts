import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { ItemFailure } from '../../bridge/contract.js'
import type { CallOptions } from '../../bridge/open-call.js'
import type { Config } from '../../config/schema.js'
import type { FeatureBatch } from '../../runtime/calls/gradient-features.js'
import type { Sample } from '../../runtime/calls/sample.js'
import type { Model } from '../../runtime/model.js'
import { collectPlanned, type UnitCodec } from '../cache/planned-batches.js'
import { UnitStore } from '../cache/unit-store.js'
import { requireFreeSpace, sameDisk } from './disk-space.js'
import { featureBytes, writeFeatures } from './store.js'

export interface FeatureRequest extends CallOptions {
  /** Folder of the rehearsed adapter. */
  adapter: string
  gradients: Config['gradients']
  /** What the batch plan depends on: see UnitStore. */
  maker: unknown
  /** Folder into which the finished features are copied. */
  copiedTo: string
}

/**
 * Computes the gradient features of `samples` and stores them in `files`, rows in the order of the samples. Each planned batch
 * is stored in `resume` as it arrives; stored batches are not computed again.
 * @returns the samples without a row, and why
 * @throws GraitError disk_full before anything is computed, if the disk of `resume` or that of the copies has too little space
 */
export async function collectFeatures(
  model: Model,
  samples: readonly Sample[],
  { adapter, gradients: { form, projection, dtype }, maker, copiedTo, ...callOptions }: FeatureRequest,
  { files, resume }: { files: string; resume: string },
): Promise<ItemFailure[]> {
  const store = await UnitStore.open(resume, maker)
  const width = projection.kind === 'none' ? await adapterParameters(adapter) : projection.dim
  // Once as finished batches, once as shards; the batches are removed when the shards are complete, before these are copied.
  const bytes = featureBytes(dtype, samples.length, width)
  await requireFreeSpace(resume, 2 * bytes - (await store.bytes()), `the gradient features of ${samples.length} questions`)
  if (!(await sameDisk(resume, copiedTo))) {
    await requireFreeSpace(copiedTo, bytes, `the copies of the gradient features of ${samples.length} questions`)
  }
  const batches = await collectPlanned(store, gradientCodec, (completed, halvings) =>
    model.gradientFeatureBatches(samples, { adapter, form, projection, normalise: true, dtype, completed, halvings, ...callOptions }),
  )
  const places = new Map<string, RowPlace & { norm: number }>()
  const failures: ItemFailure[] = []
  let dim = projection.dim
  for await (const batch of batches) {
    dim = batch.dim
    const bytes = dim * batch.features.BYTES_PER_ELEMENT
    for (const [row, id] of batch.ids.entries()) {
      const fromEnd = (batch.ids.length - row) * bytes
      places.set(id, { batch: batch.batch, fromEnd, bytes, norm: batch.norms[row] as number })
    }
    failures.push(...batch.failures)
  }
  const ids = samples.map((sample) => sample.id).filter((id) => places.has(id))
  const norms = ids.map((id) => places.get(id)?.norm as number)
  await writeFeatures(files, { ids, norms, dim, dtype, normalised: true, form, projection, failures }, rowReader(store, places))
  return failures
}

/** Number of coordinates of a full gradient: the float32 values in the adapter's file, after its header (safetensors). */
async function adapterParameters(adapter: string): Promise<number> {
  const file = await open(join(adapter, 'adapter_model.safetensors'), 'r')
  try {
    const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0)
    return ((await file.stat()).size - 8 - Number(buffer.readBigUInt64LE())) / 4
  } finally {
    await file.close()
  }
}

/** Where a row lies in the file of its batch. */
interface RowPlace {
  batch: number
  /** Bytes from the row's first one to the end of the file. */
  fromEnd: number
  bytes: number
}

/** Reads one row at a time from the file of its batch: nothing but the row is in memory, whatever the size of the batches. */
function rowReader(store: UnitStore, places: ReadonlyMap<string, RowPlace>): (id: string) => Promise<Uint8Array> {
  return (id) => {
    const { batch, fromEnd, bytes } = places.get(id) as RowPlace
    return store.readPart(batch, fromEnd, bytes)
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
