import type { Method, Needs } from '../method.js'
import { shuffled } from '../order.js'
import { refusalAwareSelection } from '../refusal-aware.js'

const needs: Needs = { influence: false }

/** Refusal-aware tuning by correctness alone (R-Tuning, Zhang et al. 2024): a random part of each group. */
export const corRait: Method = {
  id: 'cor-rait',
  description: 'random known questions, random unknown ones refused (R-Tuning)',
  needs,
  select: (candidates, request) =>
    refusalAwareSelection(candidates, request, {
      known: (members, { seed }) => shuffled(members, seed),
      unknown: (members, { seed }) => shuffled(members, seed),
      needs,
    }),
}
