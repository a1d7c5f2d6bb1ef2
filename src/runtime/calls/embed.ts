import type { BridgeClient } from '../../bridge/client.js'
import { tensorView } from '../../bridge/tensors.js'
import { plannedStream } from './batch-stream.js'
import type { OptionNames } from './known-options.js'
import { inInputOrder, type RowBatch } from './row-order.js'
import { type BatchOptions, type Plan, planFields, type StreamOptions } from './stream-options.js'

export const DEFAULT_EMBEDDER = 'embedded:all-minilm-l6-v2'

/** Options of `embed`: which embedding model to use. */
export interface EmbedderOptions {
  /** Source of the embedding model: `embedded:all-minilm-l6-v2` (the default) or `path:DIR`. */
  source?: string | undefined
}

/** A planned batch of sentence embeddings. */
export interface EmbeddingBatch {
  /** Index of the planned batch. */
  batch: number
  /** Position of each row's text in the input. */
  indices: number[]
  /** [indices, dim], rows L2-normalised. */
  embeddings: Float32Array
  dim: number
  /** How many times the batch limits have been halved because memory ran out. */
  halvings: number
}

/** The sentence embedding of one text. The dot product of two embeddings is their cosine similarity. */
export interface Embedding {
  /** Position of the text in the input. */
  index: number
  /** [dim], L2-normalised. */
  embedding: Float32Array
}

export async function* embedBatches(
  client: BridgeClient,
  texts: readonly string[],
  options: EmbedderOptions & BatchOptions,
): AsyncGenerator<EmbeddingBatch, Plan, undefined> {
  const request = { source: options.source ?? DEFAULT_EMBEDDER, texts: [...texts], ...planFields(options) }
  return yield* plannedStream(client, 'embed', request, options, ({ item, frames }) => ({
    batch: item.batch,
    indices: item.indices,
    embeddings: tensorView(item.embeddings, frames, 'float32'),
    dim: item.embeddings.shape[1] ?? 0,
    halvings: item.halvings,
  }))
}

export async function* embed(
  client: BridgeClient,
  texts: readonly string[],
  options: EmbedderOptions & StreamOptions,
): AsyncGenerator<Embedding, void, undefined> {
  yield* inInputOrder(
    texts.map((_, index) => String(index)),
    rowsOf(embedBatches(client, texts, options)),
  )
}

async function* rowsOf(batches: AsyncIterable<EmbeddingBatch>): AsyncGenerator<RowBatch<Embedding>> {
  for await (const { indices, embeddings, dim } of batches) {
    const rows = indices.map(
      (index, row) => [String(index), { index, embedding: embeddings.subarray(row * dim, (row + 1) * dim) }] as const,
    )
    yield { rows, failures: [] }
  }
}

export const EMBEDDER: OptionNames<EmbedderOptions> = { source: true }
