import { seededHash } from '../seeded-hash.js'
import type { Knowledge } from './knowledge.js'

/** A request to `rehearsalSet`: which questions count as surely known, and how many of them to take. */
export interface RehearsalRequest {
  /** How many questions to take. */
  count: number
  /** Minimum correctness; for multiple choice, p(gold) without renormalisation must exceed it. */
  minCorrectness: number
  /** Minimum certainty of an open-ended question. */
  minCertainty: number
  /** T_c: if too few questions are surely known, the most correct of those at or above T_c are added. */
  threshold: number
  /** Seed of the random choice among the surely known questions. */
  seed: number
}

/** The questions that `rehearsalSet` chose to warm the model up on, by id. */
export interface RehearsalSet {
  ids: string[]
  /** How many of `ids` are surely known, that is, meet both minimums. */
  sure: number
}

/**
 * Chooses questions that the model surely knows, to warm it up on (GRAIT, section 3; the warm-up of LESS): a seeded random
 * sample of `count` questions that meet both minimums; if there are fewer, all of them and then the most correct known questions.
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
