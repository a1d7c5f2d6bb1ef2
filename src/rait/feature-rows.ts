import type { FeatureMatrix } from './method.js'

/** The rows by id: views, not copies. */
export function rowsById({ ids, rows, dim }: FeatureMatrix): Map<string, Float32Array> {
  return new Map(ids.map((id, index) => [id, rows.subarray(index * dim, (index + 1) * dim)]))
}
