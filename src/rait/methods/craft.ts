import { withoutRisen } from '../flow-filter.js'
import type { Method, Needs } from '../method.js'
import { highestCertainty, lowestCertainty, ranked } from '../order.js'
import { refusalAwareSelection } from '../refusal-aware.js'

const needs: Needs = { influence: false, flow: true }

/** CRaFT (arXiv 2410.06913): certainty, and no refusals of what the model is about to know. */
export const craft: Method = {
  id: 'craft',
  description: 'as corcer-rait, without the unknown questions that rehearsal makes better known (CRaFT)',
  needs,
  select: (candidates, request) =>
    refusalAwareSelection(candidates, request, {
      known: (members, { seed }) => ranked(members, seed, highestCertainty),
      unknown: (members, { seed }, notes) => ranked(withoutRisen(members, notes), seed, lowestCertainty),
      needs,
    }),
}
