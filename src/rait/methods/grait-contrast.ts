import type { Method, Needs } from '../method.js'
import { highestContrast, lowestCertainty, ranked } from '../order.js'
import { refusalAwareSelection } from '../refusal-aware.js'
import { mostCorrect } from './grait-ranking.js'

const needs: Needs = { influence: true }

/**
 * Our own. GRAIT takes the refusals of highest influence, which are all of one kind: what the gradients have in common
 * outweighs what tells them apart. Here the influence on the known is taken off, which takes off what is common (for the
 * ranking it is the same as centring all rows), and every subject has its share: of each, the refusals that are least
 * like refusing what is known. All weigh 1.
 */
export const graitContrast: Method = {
  id: 'grait-contrast',
  description: 'of every subject its share: the best known, and the refusals that teach refusing the unknown more than the known',
  needs,
  select: (candidates, request) =>
    refusalAwareSelection(
      candidates,
      { ...request, bySubject: true },
      {
        known: mostCorrect,
        unknown: (members, { seed }) => ranked(members, seed, highestContrast, lowestCertainty),
        needs,
      },
    ),
}
