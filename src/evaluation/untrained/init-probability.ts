import { NO_CONFIDENCE, type Untrained } from './untrained.js'

/**
 * Sequence probability: log p(answer | prompt), summed over its tokens with the one that ends it; not divided by their number. It is
 * the negative of the uncertainty "maximum sequence probability" (Fadeeva et al. 2023).
 */
export const initProbability: Untrained = {
  id: 'init-probability',
  about: 'the initial model, refusing improbable answers',

  confidence: ({ answer }) => (answer === null ? NO_CONFIDENCE : { confidence: answer.logprob, probability: Math.exp(answer.logprob) }),
}
