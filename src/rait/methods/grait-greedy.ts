import { GraitError } from '../../errors.js'
import { greedyOrder } from '../greedy-order.js'
import { lowestCertainty, ranked } from '../order.js'
import { mostCorrect } from '../rankings.js'
import { asConfigured, type Ranking, refusalAware } from '../refusal-aware.js'
import { subjectQuotas } from '../subject-shares.js'

/** Refusals in greedy order: each is picked for what it adds to those before it, given the known questions that are taken. */
const greedily: Ranking = (members, { seed, unknown, features, bySubject }, notes, known) => {
  if (features?.golds === undefined) {
    throw new GraitError('invalid_request', 'grait-greedy needs the gradient features themselves, and none were given')
  }
  // Ties of the greedy score go to the first, so the order in which candidates are offered decides them.
  const offered = ranked(members, seed, lowestCertainty)
  const gradients = { refusals: features.refusals, golds: features.golds }
  const quotas = bySubject === true ? subjectQuotas(offered, unknown, seed) : undefined
  return greedyOrder(offered, known, unknown, gradients, notes, quotas)
}

/** Ablation of GRAIT's selection: refusals picked one by one, each for what it adds to those before it. */
export const graitGreedy = refusalAware({
  id: 'grait-greedy',
  version: 2, // version 1 ignored the shares of subjects
  description: 'grait with unknown questions picked greedily: near the known answers and near the refusals picked before',
  needs: { influence: true, features: 'refusals-and-golds' },
  known: mostCorrect,
  unknown: greedily,
  weighting: asConfigured,
})
