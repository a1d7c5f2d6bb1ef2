import { highestContrast, lowestCertainty } from '../order.js'
import { mostCorrect, rankedBy } from '../rankings.js'
import { refusalAware } from '../refusal-aware.js'

/**
 * Our own: of every subject its share, and the refusals that are least like refusing what is known. GRAIT takes the
 * refusals of highest influence, which are all of one kind, because what the gradients have in common outweighs what tells
 * them apart. Taking off the influence on the known questions takes off what is common; for the ranking it is the same as
 * centring all rows. All weights are 1.
 */
export const graitContrast = refusalAware({
  id: 'grait-contrast',
  description: 'of every subject its share: the best known, and the refusals that teach refusing the unknown more than the known',
  needs: { influence: true },
  bySubject: true,
  known: mostCorrect,
  unknown: rankedBy(highestContrast, lowestCertainty),
})
