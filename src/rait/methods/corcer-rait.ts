import type { Method, Needs } from '../method.js'
import { highestCertainty, lowestCertainty, ranked } from '../order.js'
import { refusalAwareSelection } from '../refusal-aware.js'

const needs: Needs = { influence: false }

/** Correctness and certainty (CRaFT without its knowledge flow): the surest known questions, the least sure unknown ones. */
export const corcerRait: Method = {
  id: 'corcer-rait',
  description: 'the surest known questions, the least sure unknown ones refused (CRaFT without flow)',
  needs,
  select: (candidates, request) =>
    refusalAwareSelection(candidates, request, {
      known: (members, { seed }) => ranked(members, seed, highestCertainty),
      unknown: (members, { seed }) => ranked(members, seed, lowestCertainty),
      needs,
    }),
}
