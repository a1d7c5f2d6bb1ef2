import { highestCertainty, lowestCertainty } from '../order.js'
import { rankedBy } from '../rankings.js'
import { refusalAware } from '../refusal-aware.js'

/** Correctness and certainty (CRaFT without its knowledge flow): the surest known questions, the least sure unknown ones. */
export const corcerRait = refusalAware({
  id: 'corcer-rait',
  description: 'the surest known questions, the least sure unknown ones refused (CRaFT without flow)',
  needs: { influence: false },
  known: rankedBy(highestCertainty),
  unknown: rankedBy(lowestCertainty),
})
