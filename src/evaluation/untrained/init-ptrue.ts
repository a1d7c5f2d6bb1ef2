import { NO_CONFIDENCE, type Untrained } from './untrained.js'

/**
 * P(True) (Kadavath et al. 2022): the probability that the model gives to "true" when it is asked whether its own answer is right, against
 * "false".
 */
export const initPtrue: Untrained = {
  id: 'init-ptrue',
  about: 'the initial model, refusing answers that it does not believe itself',

  confidence: ({ answer, truth }) =>
    answer === null || truth === null ? NO_CONFIDENCE : { confidence: truth.true - truth.false, probability: share(truth) },
}

function share(truth: { true: number; false: number }): number {
  return 1 / (1 + Math.exp(truth.false - truth.true))
}
