import { mostCorrect, mostInfluential } from '../rankings.js'
import { refusalAware } from '../refusal-aware.js'

/** Ablation of GRAIT's weighting: every weight is 1, which is what the published code ends with. */
export const graitUniform = refusalAware({
  id: 'grait-uniform',
  description: 'grait with all weights 1',
  needs: { influence: true },
  known: mostCorrect,
  unknown: mostInfluential,
})
