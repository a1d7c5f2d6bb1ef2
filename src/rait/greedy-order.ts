import { dot } from '../influence/feature-block.js'
import { rowsById } from './feature-rows.js'
import type { Candidate, FeatureMatrix, GradientFeatures } from './method.js'
import { subjectOf } from './subject-shares.js'

/**
 * Picks up to `count` refusals, each time the x with the largest
 * sum over selected D_ik of <g_idk(x), g_ik> + sum over already picked y of <g_idk(x), g_idk(y)>.
 * Both sums are products with one vector; a pick adds one row to it, so a pick costs O(N dim).
 * @param offered the unknown questions (D_idk); the first of equal ones is picked
 * @param known the selected known questions (D_ik)
 * @param quotas how many of each subject may be picked; undefined: no limit
 */
export function greedyOrder<T extends Pick<Candidate, 'id' | 'subject'>>(
  offered: readonly T[],
  known: readonly Pick<Candidate, 'id'>[],
  count: number,
  { refusals, golds }: Record<keyof GradientFeatures, FeatureMatrix>,
  notes: string[],
  quotas?: ReadonlyMap<string, number>,
): T[] {
  const goldRows = rowsById(golds)
  const target = new Float64Array(golds.dim)
  for (const { id } of known) addTo(target, goldRows.get(id))

  const rows = rowsById(refusals)
  const left = offered.flatMap((candidate) => {
    const row = rows.get(candidate.id)
    return row === undefined ? [] : [{ candidate, row, score: dot(row, target) }]
  })
  if (left.length < offered.length)
    notes.push(`${offered.length - left.length} unknown questions have no gradient features and are left out`)
  const withoutGold = known.filter(({ id }) => !goldRows.has(id)).length
  if (withoutGold > 0)
    notes.push(`${withoutGold} of the known questions that were taken have no gradient features and don't count in the greedy score`)

  const room = quotas && new Map(quotas)
  const picked: T[] = []
  while (picked.length < count) {
    let best: (typeof left)[number] | undefined
    for (const item of left) if (hasRoom(item.candidate, room) && (best === undefined || item.score > best.score)) best = item
    if (best === undefined) break
    left.splice(left.indexOf(best), 1)
    picked.push(best.candidate)
    room?.set(subjectOf(best.candidate), (room.get(subjectOf(best.candidate)) ?? 0) - 1)
    const added = Float64Array.from(best.row)
    for (const item of left) item.score += dot(item.row, added)
  }
  return picked
}

function hasRoom(candidate: Pick<Candidate, 'subject'>, room: ReadonlyMap<string, number> | undefined): boolean {
  return room === undefined || (room.get(subjectOf(candidate)) ?? 0) > 0
}

function addTo(sum: Float64Array, row: Float32Array | undefined): void {
  if (row === undefined) return
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (row[i] as number)
}
