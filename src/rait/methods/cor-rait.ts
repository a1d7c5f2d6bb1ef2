import { atRandom } from '../rankings.js'
import { refusalAware } from '../refusal-aware.js'

/** Refusal-aware tuning by correctness alone (R-Tuning, Zhang et al. 2024): a random part of each group. */
export const corRait = refusalAware({
  id: 'cor-rait',
  description: 'random known questions, random unknown ones refused (R-Tuning)',
  needs: { influence: false },
  known: atRandom,
  unknown: atRandom,
})
