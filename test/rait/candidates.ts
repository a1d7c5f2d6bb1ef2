import type { Candidate, SelectionRequest } from '../../src/rait/method.js'

export function known(id: string, correctness: number, certainty: number): Candidate {
  return { id, group: 'ik', correctness, certainty, refusalInfluence: null, overRefusalInfluence: null, stabilityInfluence: null }
}

export function unknown(
  id: string,
  correctness: number,
  certainty: number,
  influence: [ref: number, over: number] | null = null,
): Candidate {
  return {
    id,
    group: 'idk',
    correctness,
    certainty,
    refusalInfluence: influence?.[0] ?? null,
    overRefusalInfluence: influence?.[1] ?? null,
    stabilityInfluence: null,
  }
}

export const request: SelectionRequest = {
  known: 2,
  unknown: 2,
  seed: 1,
  strictCounts: false,
  weighting: { kind: 'purpose', temperature: 0.05, mean: 0.5 },
  threshold: 0.5,
}
