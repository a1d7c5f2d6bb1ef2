import type { Candidate } from 'grait'

export function meanCorrectness(candidates: readonly Candidate[]): number {
  return candidates.reduce((sum, { correctness }) => sum + correctness, 0) / candidates.length
}
