import type { Method, Needs } from '../method.js'
import { lowestCertainty, lowestCorrectness, ranked } from '../order.js'
import { refusalAwareSelection } from '../refusal-aware.js'
import { mostCorrect } from './grait-ranking.js'

const needs: Needs = { influence: true }

/** Ablation of GRAIT's selection: refusals of what is known least, weighted as GRAIT does. */
export const graitCorrectness: Method = {
  id: 'grait-correctness',
  description: 'grait with the unknown questions of lowest correctness',
  needs,
  select: (candidates, request) =>
    refusalAwareSelection(candidates, request, {
      known: mostCorrect,
      unknown: (members, { seed }) => ranked(members, seed, lowestCorrectness, lowestCertainty),
      weighting: ({ weighting }) => weighting,
      needs,
    }),
}
