import { mostCorrect, mostInfluential } from '../rankings.js'
import { asConfigured, refusalAware } from '../refusal-aware.js'

/** GRAIT (arXiv 2502.05911): gradients choose the refusals and weigh them against over-refusal. */
export const grait = refusalAware({
  id: 'grait',
  description: 'the best known questions, the unknown ones whose refusal teaches most, weighted against over-refusal',
  needs: { influence: true },
  known: mostCorrect,
  unknown: mostInfluential,
  weighting: asConfigured,
})
