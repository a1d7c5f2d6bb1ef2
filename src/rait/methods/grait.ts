import type { Method, Needs } from '../method.js'
import { refusalAwareSelection } from '../refusal-aware.js'
import { mostCorrect, mostInfluential } from './grait-ranking.js'

const needs: Needs = { influence: true }

/** GRAIT (arXiv 2502.05911): gradients choose the refusals and weigh them against over-refusal. */
export const grait: Method = {
  id: 'grait',
  description: 'the best known questions, the unknown ones whose refusal teaches most, weighted against over-refusal',
  needs,
  select: (candidates, request) =>
    refusalAwareSelection(candidates, request, {
      known: mostCorrect,
      unknown: mostInfluential,
      weighting: ({ weighting }) => weighting,
      needs,
    }),
}
