import type { Candidate, Method } from '../method.js'
import { type Pair, randomPairs } from '../pairs.js'

/**
 * Multisample honesty tuning (Yang et al. 2023, arXiv 2312.07000, section 4.3): each sampled answer is a pair, itself if it was right, the
 * refusal if it was wrong. Equal pairs are one, with their weights added. Multiple choice is not sampled: the letter counts with the
 * probability of the right option, the refusal with the rest.
 */
export const multisample: Method = {
  id: 'multisample',
  description: 'random questions, a pair for each sampled answer: itself if right, the refusal if wrong (honesty by samples)',
  needs: { influence: false },
  select: (candidates, request) => randomPairs(candidates, request, pairsOf),
}

function pairsOf({ samples, correctness }: Candidate): Pair[] {
  const refusal: Pair = { target: 'refusal', weight: 1 - correctness }
  if (samples === undefined) return [{ target: 'gold', weight: correctness }, refusal]
  const right = new Map<string, number>()
  for (const { text, right: isRight } of samples) if (isRight) right.set(text, (right.get(text) ?? 0) + 1 / samples.length)
  return [...[...right].map(([text, weight]): Pair => ({ target: { text }, weight })), refusal]
}
