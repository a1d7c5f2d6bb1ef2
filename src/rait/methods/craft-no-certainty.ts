import { withoutRisen } from '../flow-filter.js'
import type { Method, Needs } from '../method.js'
import { shuffled } from '../order.js'
import { refusalAwareSelection } from '../refusal-aware.js'

const needs: Needs = { influence: false, flow: true }

/** CRaFT's ablation without certainty: random parts of what the knowledge flow leaves. */
export const craftNoCertainty: Method = {
  id: 'craft-no-certainty',
  description: 'as cor-rait, without the unknown questions that rehearsal makes better known',
  needs,
  select: (candidates, request) =>
    refusalAwareSelection(candidates, request, {
      known: (members, { seed }) => shuffled(members, seed),
      unknown: (members, { seed }, notes) => shuffled(withoutRisen(members, notes), seed),
      needs,
    }),
}
