import { GraitError } from '../../../errors.js'
import { decisionInfluence } from '../../decision-influence.js'
import { exchangePairs, exchangeRateOf } from '../../exchange-rate.js'
import type { Method } from '../../method.js'
import { ranked } from '../../order.js'
import { pairsInOrder } from '../../pairs.js'

/**
 * Our own: as `exchange-rate`, but the questions are those that move the decisions of all others most, the way that THS pays for
 * (`decisionInfluence`), of every subject its share.
 */
export const exchangeRateInfluence: Method = {
  id: 'exchange-rate-influence',
  description: 'as exchange-rate, of every subject the questions whose gradients move the decisions of the others most',
  needs: { influence: true, features: 'refusals' },
  select(candidates, request) {
    if (request.features === undefined) throw new GraitError('invalid_request', 'exchange-rate-influence needs gradient features')
    const influence = decisionInfluence(candidates, request.features.refusals)
    const rate = exchangeRateOf(candidates)
    const offered = candidates.filter(({ id }) => influence.has(id))
    const order = ranked(offered, request.seed, ({ id }) => influence.get(id) as number)
    return pairsInOrder(order, { ...request, bySubject: true }, ({ correctness }) => exchangePairs(correctness, rate))
  },
}
