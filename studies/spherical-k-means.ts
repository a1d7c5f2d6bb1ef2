import { Rng } from '../src/evaluation/resampling/rng.js'
import { dot } from '../src/influence/feature-block.js'

const ROUNDS = 30

/**
 * Spherical k-means (Dhillon and Modha 2001): rows of norm 1 in `k` clusters of large cosine to their mean, begun with rows that are far
 * from each other (k-means++). The same rows and seed give the same clusters.
 * @param rows each [dim]
 * @returns the cluster of each row, 0 to k - 1
 */
export function sphericalKMeans(rows: readonly Float32Array[], k: number, seed: number): number[] {
  let centres = distantRows(rows, k, Rng.seeded(seed))
  let clusters: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const next = rows.map((row) => nearest(row, centres))
    if (next.every((cluster, i) => cluster === clusters[i])) break
    clusters = next
    centres = centres.map((centre, cluster) => direction(rows.filter((_, i) => clusters[i] === cluster)) ?? centre)
  }
  return clusters
}

/** Rows drawn one by one, each with a chance that grows with the distance to the nearest drawn before. */
function distantRows(rows: readonly Float32Array[], k: number, rng: Rng): Float32Array[] {
  const drawn: Float32Array[] = []
  const distances = rows.map(() => 1)
  while (drawn.length < Math.min(k, rows.length)) {
    const row = rows[drawnIndex(distances, rng)] as Float32Array
    drawn.push(row)
    rows.forEach((other, i) => {
      distances[i] = Math.min(distances[i] as number, distance(other, row))
    })
  }
  return drawn
}

/** An index, with a chance in proportion to its weight. */
function drawnIndex(weights: readonly number[], rng: Rng): number {
  let left = rng.uniform() * weights.reduce((sum, weight) => sum + weight, 0)
  for (const [index, weight] of weights.entries()) {
    left -= weight
    if (left < 0) return index
  }
  return weights.length - 1
}

const distance = (a: Float32Array, b: Float32Array) => Math.max(0, 1 - dot(a, b))

function nearest(row: Float32Array, centres: readonly Float32Array[]): number {
  const cosines = centres.map((centre) => dot(row, centre))
  return cosines.indexOf(Math.max(...cosines))
}

function direction(members: readonly Float32Array[]): Float32Array | undefined {
  const sum = new Float32Array(members[0]?.length ?? 0)
  for (const row of members) for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (row[i] as number)
  const norm = Math.sqrt(dot(sum, sum))
  return norm > 0 ? sum.map((value) => value / norm) : undefined
}
