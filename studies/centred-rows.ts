import type { FeatureMatrix } from 'grait'

/** Rows less the mean of all, of norm 1, by id. */
export function centredRows({ ids, rows, dim }: FeatureMatrix): Map<string, Float32Array> {
  const mean = new Float64Array(dim)
  for (let i = 0; i < rows.length; i++) mean[i % dim]! += rows[i]! / ids.length
  return new Map(
    ids.map((id, index) => {
      const row = rows.slice(index * dim, (index + 1) * dim).map((value, i) => value - mean[i]!)
      const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
      return [id, row.map((value) => value / norm)]
    }),
  )
}
