import { seededHash } from '../seeded-hash.js'
import type { Candidate } from './method.js'

/** What a question is ranked by; larger comes first. */
export type RankKey = (candidate: Candidate) => number

/**
 * The candidates sorted by the first key, ties by the second, and so on; remaining ties by a seeded hash of the id, so that the
 * result never depends on the order of the input.
 */
export function ranked(candidates: readonly Candidate[], seed: number, ...keys: RankKey[]): Candidate[] {
  return candidates
    .map((candidate) => ({ candidate, keys: keys.map((key) => key(candidate)), hash: seededHash(seed, 'selection', candidate.id) }))
    .sort((a, b) => {
      for (const [index, key] of a.keys.entries()) {
        const difference = (b.keys[index] as number) - key
        if (difference !== 0) return difference
      }
      return a.hash - b.hash
    })
    .map(({ candidate }) => candidate)
}

/** A seeded random order, which does not depend on the order of the input. */
export function shuffled(candidates: readonly Candidate[], seed: number): Candidate[] {
  return ranked(candidates, seed)
}

export const highestCorrectness: RankKey = ({ correctness }) => correctness
export const lowestCorrectness: RankKey = ({ correctness }) => -correctness
export const highestCertainty: RankKey = ({ certainty }) => certainty
export const lowestCertainty: RankKey = ({ certainty }) => -certainty
/** Candidates without influence have already been removed: see `withInfluence`. */
export const highestRefusalInfluence: RankKey = ({ refusalInfluence }) => refusalInfluence ?? -Infinity
/** How much more a refusal teaches refusing unknown questions than known ones. */
export const highestContrast: RankKey = ({ refusalInfluence, overRefusalInfluence }) =>
  refusalInfluence === null || overRefusalInfluence === null ? -Infinity : refusalInfluence - overRefusalInfluence
