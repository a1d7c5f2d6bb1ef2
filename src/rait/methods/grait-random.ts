import type { Method, Needs } from '../method.js'
import { shuffled } from '../order.js'
import { refusalAwareSelection } from '../refusal-aware.js'
import { mostCorrect } from './grait-ranking.js'

const needs: Needs = { influence: true }

/** Ablation of GRAIT's selection: random refusals, weighted as GRAIT does. */
export const graitRandom: Method = {
  id: 'grait-random',
  description: 'grait with random unknown questions',
  needs,
  select: (candidates, request) =>
    refusalAwareSelection(candidates, request, {
      known: mostCorrect,
      unknown: (members, { seed }) => shuffled(members, seed),
      weighting: ({ weighting }) => weighting,
      needs,
    }),
}
