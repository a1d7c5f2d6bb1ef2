import { amongNotRisen, atRandom } from '../rankings.js'
import { refusalAware } from '../refusal-aware.js'

/** CRaFT's ablation without certainty: random parts of what the knowledge flow leaves. */
export const craftNoCertainty = refusalAware({
  id: 'craft-no-certainty',
  description: 'as cor-rait, without the unknown questions that rehearsal makes better known',
  needs: { influence: false, flow: true },
  known: atRandom,
  unknown: amongNotRisen(atRandom),
})
