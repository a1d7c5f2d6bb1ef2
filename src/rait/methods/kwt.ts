import type { Method } from '../method.js'
import { randomPairs } from '../pairs.js'

/** Knowledge-weighted tuning (Lee et al. 2026, arXiv 2604.05779): the answer at the weight of its correctness; the refusal where it was never right. */
export const kwt: Method = {
  id: 'kwt',
  description: 'random questions, answers weighted by correctness, those never right refused (knowledge-weighted tuning)',
  needs: { influence: false },
  select: (candidates, request) =>
    randomPairs(candidates, request, ({ correctness }) =>
      correctness > 0 ? [{ target: 'gold', weight: correctness }] : [{ target: 'refusal', weight: 1 }],
    ),
}
