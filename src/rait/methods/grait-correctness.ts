import { lowestCertainty, lowestCorrectness } from '../order.js'
import { mostCorrect, rankedBy } from '../rankings.js'
import { asConfigured, refusalAware } from '../refusal-aware.js'

/** Ablation of GRAIT's selection: refuses what is known least, and weighs as GRAIT does. */
export const graitCorrectness = refusalAware({
  id: 'grait-correctness',
  description: 'grait with the unknown questions of lowest correctness',
  needs: { influence: true },
  known: mostCorrect,
  unknown: rankedBy(lowestCorrectness, lowestCertainty),
  weighting: asConfigured,
})
