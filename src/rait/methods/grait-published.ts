import type { Method, Needs } from '../method.js'
import { refusalAwareSelection } from '../refusal-aware.js'
import { mostCorrect, mostInfluential } from './grait-ranking.js'

const needs: Needs = { influence: true }

/** Ablation of GRAIT's weighting: the sign of the published code, whose weight rises with over-refusal influence. */
export const graitPublished: Method = {
  id: 'grait-published',
  description: 'grait with the weighting of the published code: softmax of over-refusal minus refusal influence',
  needs,
  select: (candidates, request) =>
    refusalAwareSelection(candidates, request, {
      known: mostCorrect,
      unknown: mostInfluential,
      weighting: ({ weighting }) => ({ ...weighting, kind: 'published' }),
      needs,
    }),
}
