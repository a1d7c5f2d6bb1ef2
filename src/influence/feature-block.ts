import { cancelledBy, GraitError } from '../errors.js'

/** A block of consecutive rows of gradient features; all blocks of a stream have the same `dim`. */
export interface FeatureBlock {
  ids: readonly string[]
  /** [ids, dim], row-major, rows L2-normalised. */
  rows: Float32Array
  dim: number
}

/** The gradient feature of one question, [dim], L2-normalised, as `Model.gradientFeatures` streams it. */
export interface SingleFeature {
  id: string
  feature: Float32Array
}

/** A stream of gradient features, in any order of ids, as blocks of rows or row by row. */
export type FeatureSource = AsyncIterable<FeatureBlock | SingleFeature> | Iterable<FeatureBlock | SingleFeature>

/** Number of values after which a loop yields to the event loop (about 10 ms), so that Ctrl-C and progress keep working. */
const VALUES_PER_TURN = 2 ** 23

/**
 * Calls `visit` with each row of a stream, in order. Memory is bounded by one block.
 * @param visit row: a view of [dim] that must not be kept
 */
export async function forEachRow(
  source: FeatureSource,
  visit: (id: string, row: Float32Array) => void,
  signal?: AbortSignal,
): Promise<void> {
  let values = 0
  for await (const part of source) {
    const { ids, rows, dim } = 'feature' in part ? blockOf(part) : part
    for (const [index, id] of ids.entries()) {
      visit(id, rows.subarray(index * dim, (index + 1) * dim))
      values += dim
      if (values < VALUES_PER_TURN) continue
      values = 0
      await new Promise((resolve) => setImmediate(resolve))
      if (signal?.aborted === true) throw cancelledBy(signal)
    }
  }
}

function blockOf({ id, feature }: SingleFeature): FeatureBlock {
  return { ids: [id], rows: feature, dim: feature.length }
}

/** <row, vector> in float64. @throws GraitError data_invalid if they differ in length */
export function dot(row: Float32Array, vector: Float32Array | Float64Array): number {
  if (row.length !== vector.length) throw mixedLengths(row.length, vector.length)
  let sum = 0
  for (let i = 0; i < row.length; i++) sum += (row[i] as number) * (vector[i] as number)
  return sum
}

/** The error for rows of different projections in one computation. */
export function mixedLengths(length: number, other: number): GraitError {
  return new GraitError('data_invalid', `gradient features of ${length} values among features of ${other}`, {
    hint: 'Features of different projections cannot be mixed; compute the gradients again.',
  })
}
