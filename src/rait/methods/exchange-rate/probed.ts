import { exchangePairs, exchangeRateOf } from '../../exchange-rate.js'
import type { Method } from '../../method.js'
import { randomPairs } from '../../pairs.js'

/**
 * Our own: as `exchange-rate`, with what a linear probe on hidden states says of a question in place of its correctness. The probe learnt
 * from the other questions, so its estimate is what they have in common, without the chance of ten samples. Questions that could not be
 * asked are left out.
 */
export const exchangeRateProbed: Method = {
  id: 'exchange-rate-probed',
  description: 'as exchange-rate, with what a probe of hidden states expects in place of correctness',
  needs: { influence: false, estimate: true },
  select(candidates, request) {
    const rate = exchangeRateOf(candidates)
    return randomPairs(candidates, request, ({ estimate }) => (estimate == null ? [] : exchangePairs(estimate, rate)))
  },
}
