import type { Method, Needs } from '../method.js'
import { refusalAwareSelection } from '../refusal-aware.js'
import { mostCorrect, mostInfluential } from './grait-ranking.js'

const needs: Needs = { influence: true }

/** Ablation of GRAIT's weighting: every weight is 1 (what the published code ends with). */
export const graitUniform: Method = {
  id: 'grait-uniform',
  description: 'grait with all weights 1',
  needs,
  select: (candidates, request) => refusalAwareSelection(candidates, request, { known: mostCorrect, unknown: mostInfluential, needs }),
}
