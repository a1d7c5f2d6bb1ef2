import { seededHash } from '../seeded-hash.js'
import type { Knowledge } from './knowledge.js'

/** Which questions count as surely known, and how many of them to take. */
export interface RehearsalRequest {
  /** How many to take. */
  count: number
  /** Least correctness; for multiple choice the un-renormalised p(gold) must exceed it. */
  minCorrectness: number
  /** Least certainty of an open-ended question. */
  minCertainty: number
  /** T_c; where too few questions are sure, the surest of those at or above it fill up. */
  threshold: number
  /** Of the random choice among those that are sure. */
  seed: number
}

/** The ids to warm up on. */
export interface RehearsalSet {
  ids: string[]
  /** How many of `ids` met both bounds. */
  sure: number
}

/**
 * Questions that the model surely knows, to warm it up on (GRAIT, section 3; LESS's warm-up): a seeded random `count` of
 * those that meet both bounds; where these are fewer, all of them and then the most correct of D_ik.
 */
export function rehearsalSet(knowledge: readonly Knowledge[], request: RehearsalRequest): RehearsalSet {
  const order = (item: Knowledge) => seededHash(request.seed, 'rehearsal', item.id)
  const isSure = (item: Knowledge) =>
    item.goldProbability === undefined
      ? item.correctness >= request.minCorrectness && item.certainty >= request.minCertainty
      : item.goldProbability > request.minCorrectness
  const sure = knowledge.filter(isSure).sort((a, b) => order(a) - order(b))
  const chosen = sure.slice(0, request.count)
  const rest = knowledge
    .filter((item) => !isSure(item) && item.correctness >= request.threshold)
    .sort((a, b) => b.correctness - a.correctness || b.certainty - a.certainty || order(a) - order(b))
  const filled = [...chosen, ...rest.slice(0, request.count - chosen.length)]
  return { ids: filled.map((item) => item.id), sure: chosen.length }
}
