import type { BridgeClient } from '../../bridge/client.js'
import type { ItemFailure, ProjectionSettings } from '../../bridge/contract.js'
import { widenFloat16 } from '../../bridge/float16.js'
import { tensorView } from '../../bridge/tensors.js'
import { DEFAULT_PROJECTION } from '../../config/training-defaults.js'
import { plannedStream } from './batch-stream.js'
import type { OptionNames } from './known-options.js'
import { type AdapterSource, adapterPath } from './paths.js'
import { inInputOrder, type RowBatch } from './row-order.js'
import { type Sample, wireSamples } from './sample.js'
import { type BatchOptions, type Plan, planFields, type RowOptions } from './stream-options.js'

/** Options of `gradientFeatures`: at which adapter, in which form, and with which projection. */
export interface FeatureOptions {
  /** The adapter at which the gradients are taken; form `adam` requires an adapter that kept its optimizer moments. */
  adapter: AdapterSource
  /** `adam` (the default): the Adam update m' / sqrt(v' + 1e-8) of LESS; `sgd`: the gradient itself. */
  form?: 'adam' | 'sgd' | undefined
  /**
   * Random projection of the gradient. Default: sparse Johnson-Lindenstrauss to 8192 dimensions, each coordinate into 4 of them,
   * seed 0. `sparsity` is used only by kind `sjlt`; kind `none` ignores all other fields.
   */
  projection?: (Pick<ProjectionSettings, 'kind'> & { [K in 'dim' | 'sparsity' | 'seed']?: number | undefined }) | undefined
  /** Scale every row to L2 norm 1; default true. */
  normalise?: boolean | undefined
  /** Data type in which features are transferred; default float32. */
  dtype?: 'float32' | 'float16' | undefined
}

/** A planned batch of gradient features. */
export interface FeatureBatch {
  /** Index of the planned batch. */
  batch: number
  ids: string[]
  /** [ids, dim], row-major; with dtype float16, the raw 16-bit patterns. */
  features: Float32Array | Uint16Array
  dim: number
  /** `[ids]`: L2 norm of each row before normalisation. */
  norms: Float32Array
  failures: ItemFailure[]
  /** How many times the batch limits have been halved because memory ran out. */
  halvings: number
}

/** The gradient feature of one sample. */
export interface FeatureRow {
  id: string
  /** [dim] */
  feature: Float32Array
  /** L2 norm before normalisation. */
  norm: number
}

export async function* gradientFeatureBatches(
  client: BridgeClient,
  model: string,
  samples: readonly Sample[],
  options: FeatureOptions & BatchOptions,
): AsyncGenerator<FeatureBatch, Plan, undefined> {
  const request = {
    model,
    samples: wireSamples(samples),
    adapter: adapterPath(options.adapter),
    form: options.form ?? 'adam',
    projection: projectionSettings(options.projection),
    normalise: options.normalise ?? true,
    dtype: options.dtype ?? 'float32',
    ...planFields(options),
  }
  return yield* plannedStream(client, 'gradientFeatures', request, options, ({ item, frames }) => ({
    ...item,
    features: tensorView(item.features, frames, 'float32', 'float16'),
    dim: item.features.shape[1] ?? 0,
    norms: tensorView(item.norms, frames, 'float32'),
  }))
}

export async function* gradientFeatures(
  client: BridgeClient,
  model: string,
  samples: readonly Sample[],
  options: FeatureOptions & RowOptions,
): AsyncGenerator<FeatureRow, void, undefined> {
  const rows = rowsOf(gradientFeatureBatches(client, model, samples, options))
  yield* inInputOrder(
    samples.map(({ id }) => id),
    rows,
    options.onFailure,
  )
}

async function* rowsOf(batches: AsyncIterable<FeatureBatch>): AsyncGenerator<RowBatch<FeatureRow>> {
  for await (const { ids, features, dim, norms, failures } of batches) {
    const wide = features instanceof Uint16Array ? widenFloat16(features) : features
    const rows = ids.map((id, row) => [id, { id, feature: wide.subarray(row * dim, (row + 1) * dim), norm: norms[row]! }] as const)
    yield { rows, failures }
  }
}

function projectionSettings(projection: FeatureOptions['projection']): ProjectionSettings {
  if (projection === undefined) return { ...DEFAULT_PROJECTION }
  const { kind, dim = DEFAULT_PROJECTION.dim, sparsity = DEFAULT_PROJECTION.sparsity, seed = DEFAULT_PROJECTION.seed } = projection
  return { kind, dim, sparsity, seed }
}

export const FEATURES: OptionNames<FeatureOptions> = { adapter: true, form: true, projection: true, normalise: true, dtype: true }
