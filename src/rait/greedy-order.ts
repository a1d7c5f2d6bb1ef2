import { dot } from '../influence/feature-block.js'
import type { FeatureMatrix, GradientFeatures } from './method.js'

/**
 * Picks up to `count` refusals, each time the x with the largest
 * sum over selected D_ik of <g_idk(x), g_ik> + sum over already picked y of <g_idk(x), g_idk(y)>.
 * Both sums are products with one vector; a pick adds one row to it, so a pick costs O(N dim).
 * @param offered ids of D_idk; the first of equal ones is picked
 * @param known ids of the selected D_ik
 */
export function greedyOrder(
  offered: readonly string[],
  known: readonly string[],
  count: number,
  { refusals, golds }: Required<GradientFeatures>,
  notes: string[],
): string[] {
  const goldRows = rowsOf(golds)
  const target = new Float64Array(golds.dim)
  for (const id of known) addTo(target, goldRows.get(id))

  const rows = rowsOf(refusals)
  const left = offered.flatMap((id) => {
    const row = rows.get(id)
    return row === undefined ? [] : [{ id, row, score: dot(row, target) }]
  })
  if (left.length < offered.length)
    notes.push(`${offered.length - left.length} questions of D_idk have no gradient features and are left out`)
  const withoutGold = known.filter((id) => !goldRows.has(id)).length
  if (withoutGold > 0) notes.push(`${withoutGold} selected questions of D_ik have no gradient features and don't count in the greedy score`)

  const picked: string[] = []
  while (picked.length < count && left.length > 0) {
    let best = 0
    for (let i = 1; i < left.length; i++) if ((left[i]?.score as number) > (left[best]?.score as number)) best = i
    const [pick] = left.splice(best, 1)
    if (pick === undefined) break
    picked.push(pick.id)
    const added = Float64Array.from(pick.row)
    for (const item of left) item.score += dot(item.row, added)
  }
  return picked
}

function rowsOf({ ids, rows, dim }: FeatureMatrix): Map<string, Float32Array> {
  return new Map(ids.map((id, index) => [id, rows.subarray(index * dim, (index + 1) * dim)]))
}

function addTo(sum: Float64Array, row: Float32Array | undefined): void {
  if (row === undefined) return
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (row[i] as number)
}
