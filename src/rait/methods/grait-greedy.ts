import { GraitError } from '../../errors.js'
import { greedyOrder } from '../greedy-order.js'
import type { Method, Needs } from '../method.js'
import { lowestCertainty, ranked } from '../order.js'
import { refusalAwareSelection } from '../refusal-aware.js'
import { subjectQuotas } from '../subject-shares.js'
import { mostCorrect } from './grait-ranking.js'

const needs: Needs = { influence: true, features: 'refusals-and-golds' }

/** Ablation of GRAIT's selection: refusals picked one by one, each for what it adds to those before it. */
export const graitGreedy: Method = {
  id: 'grait-greedy',
  version: 2, // 1 picked without regard to shares of subjects
  description: 'grait with unknown questions picked greedily: near the known answers and near the refusals picked before',
  needs,
  select: (candidates, request) =>
    refusalAwareSelection(candidates, request, {
      known: mostCorrect,
      unknown(members, { seed, unknown, features, bySubject }, notes, known) {
        if (features?.golds === undefined) {
          throw new GraitError('invalid_request', 'grait-greedy needs the gradient features themselves, and none were given')
        }
        // Ties of the greedy score go to the first, so the order in which candidates are offered decides them.
        const offered = ranked(members, seed, lowestCertainty)
        const gradients = { refusals: features.refusals, golds: features.golds }
        const quotas = bySubject === true ? subjectQuotas(offered, unknown, seed) : undefined
        return greedyOrder(offered, known, unknown, gradients, notes, quotas)
      },
      weighting: ({ weighting }) => weighting,
      needs,
    }),
}
