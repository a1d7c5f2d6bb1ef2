import { mostCorrect, mostInfluential } from '../rankings.js'
import { refusalAware } from '../refusal-aware.js'

/** Ablation of GRAIT's weighting: the sign of the published code, whose weight rises with over-refusal influence. */
export const graitPublished = refusalAware({
  id: 'grait-published',
  description: 'grait with the weighting of the published code: softmax of over-refusal minus refusal influence',
  needs: { influence: true },
  known: mostCorrect,
  unknown: mostInfluential,
  weighting: ({ weighting }) => ({ ...weighting, kind: 'published' }),
})
