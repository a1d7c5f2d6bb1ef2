import { exchangeRateOf } from '../../exchange-rate.js'
import type { Candidate, Method } from '../../method.js'
import { type Pair, randomPairs } from '../../pairs.js'

/**
 * Our own: one round of expert iteration (Anthony et al. 2017) under the trade of THS. A model tuned by `exchange-rate` answers the source
 * questions, where it may refuse, and what pays of its answers is trained: a right one as it was said, at its share of the answers; the
 * refusal in place of a wrong one, at r times the share of those, because that is what it costs; and a refusal as far as refusing was
 * right, at r times its share times what the initial model has wrong of the question. So the operating point moves by itself: a model
 * that refuses too much is taught its right answers, and one that answers too much its refusals.
 */
export const exchangeRateIterated: Method = {
  id: 'exchange-rate-iterated',
  description: 'random questions: what pays of the answers that a model tuned by exchange-rate gives (expert iteration)',
  needs: { influence: false, firstRound: 'exchange-rate' },
  select(candidates, request) {
    const rate = exchangeRateOf(candidates)
    return randomPairs(candidates, request, (candidate) => payingPairs(candidate, rate))
  },
}

function payingPairs({ firstRound = [], correctness }: Candidate, rate: number): Pair[] {
  const share = 1 / firstRound.length
  const right = new Map<string, number>()
  let refusal = 0
  for (const { text, outcome } of firstRound) {
    if (outcome === 'correct') right.set(text, (right.get(text) ?? 0) + share)
    else refusal += share * rate * (outcome === 'refused' ? 1 - correctness : 1)
  }
  return [...[...right].map(([text, weight]): Pair => ({ target: { text }, weight })), { target: 'refusal', weight: refusal }]
}
