import { highestCertainty, lowestCertainty } from '../order.js'
import { amongNotRisen, rankedBy } from '../rankings.js'
import { refusalAware } from '../refusal-aware.js'

/** CRaFT (arXiv 2410.06913): certainty, and no refusals of what the model is about to know. */
export const craft = refusalAware({
  id: 'craft',
  description: 'as corcer-rait, without the unknown questions that rehearsal makes better known (CRaFT)',
  needs: { influence: false, flow: true },
  known: rankedBy(highestCertainty),
  unknown: amongNotRisen(rankedBy(lowestCertainty)),
})
