import type { EmbeddingBatch } from '../../runtime/calls/embed.js'
import { digestOf } from '../cache/digest.js'
import type { ModelIdentity } from '../cache/model-identity.js'
import { collectPlanned, type UnitCodec } from '../cache/planned-batches.js'
import { UnitStore } from '../cache/unit-store.js'
import type { RunContext } from '../context/run-context.js'
import { streamOptions } from './stream-options.js'

/** The embedder of certainty (docs/method.md, step 1). */
const EMBEDDER = 'embedded:all-minilm-l6-v2'

/** What the embeddings depend on beside the texts: of the identity of a run's model, only what is not the model. */
export function embeddingFacts({ device, deviceName, threads, versions }: ModelIdentity): unknown {
  return { embedder: EMBEDDER, device, deviceName, threads, versions }
}

/** Embeds each distinct text once. */
export async function embedDistinct(
  context: RunContext,
  texts: readonly string[],
  dir: string,
  stage: string,
): Promise<Map<string, Float32Array>> {
  const distinct = [...new Set(texts)].sort()
  const { session } = context
  const runtime = await session.runtime()
  const store = await UnitStore.open(dir, { ...((await session.maker()) as object), texts: digestOf(distinct) })
  const batches = await collectPlanned(store, embeddingCodec, (completed, halvings) =>
    runtime.embedBatches(distinct, { source: EMBEDDER, completed, halvings, ...streamOptions(context, stage) }),
  )
  const found = new Map<string, Float32Array>()
  for await (const { indices, embeddings, dim } of batches) {
    for (const [row, index] of indices.entries()) found.set(distinct[index] as string, embeddings.subarray(row * dim, (row + 1) * dim))
  }
  return found
}

const embeddingCodec: UnitCodec<EmbeddingBatch> = {
  encode: ({ embeddings, ...rest }) =>
    JSON.stringify({ ...rest, base64: Buffer.from(embeddings.buffer, embeddings.byteOffset, embeddings.byteLength).toString('base64') }),
  decode(unit) {
    const { base64, ...rest } = JSON.parse(unit.toString('utf8')) as Omit<EmbeddingBatch, 'embeddings'> & { base64: string }
    return { ...rest, embeddings: new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer) }
  },
}
