import { atRandom, mostCorrect } from '../rankings.js'
import { asConfigured, refusalAware } from '../refusal-aware.js'

/** Ablation of GRAIT's selection: refuses random unknown questions, and weighs as GRAIT does. */
export const graitRandom = refusalAware({
  id: 'grait-random',
  description: 'grait with random unknown questions',
  needs: { influence: true },
  known: mostCorrect,
  unknown: atRandom,
  weighting: asConfigured,
})
