import { exchangePairs, exchangeRateOf } from '../../exchange-rate.js'
import type { Method } from '../../method.js'
import { randomPairs } from '../../pairs.js'

/**
 * Our own: every question is trained with both targets, its answer at weight c and the refusal at weight (1 - c) r, where c is its
 * correctness and r = C / (1 - C) the exchange rate of THS, from the mean correctness C of all questions. The minimum of the
 * cross-entropy is p(refusal) = w_refusal / (w_refusal + w_answer), which is above one half exactly where c < C: greedy decoding then
 * refuses where THS gains by it. There is no threshold of correctness, and a question right 4 times of 10 is neither known nor unknown.
 */
export const exchangeRate: Method = {
  id: 'exchange-rate',
  description: 'random questions, each with its answer and the refusal, weighted by what THS pays for them',
  needs: { influence: false },
  select(candidates, request) {
    const rate = exchangeRateOf(candidates)
    return randomPairs(candidates, request, ({ correctness }) => exchangePairs(correctness, rate))
  },
}
