import { normaliseAnswer } from '../judging/text/normalise.js'
import { NO_CONFIDENCE, type Untrained } from './untrained.js'

/**
 * Semantic entropy (Farquhar et al. 2024), in its discrete form: -sum over clusters of (n_c / N) log(n_c / N), nats, over drawn answers
 * that say the same; less entropy, more confidence. Answers are the same if they are equal as answers are judged: case, accents,
 * articles, punctuation and number words aside. In multiple choice, the entropy of the letters.
 */
export const initEntropy: Untrained = {
  id: 'init-entropy',
  about: 'the initial model, refusing where its samples differ in meaning',

  confidence({ answer, samples, options }) {
    if (answer === null) return NO_CONFIDENCE
    return { confidence: -entropy(options ?? clusterSizes(samples.map(normaliseAnswer))) }
  },
}

/** Entropy of non-negative weights, taken as shares of their sum; 0 if all are 0. */
export function entropy(weights: readonly number[]): number {
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.reduce((total, weight) => (weight === 0 ? total : total - (weight / sum) * Math.log(weight / sum)), 0)
}

/** How many are the same, for each that there is. */
export function clusterSizes(same: readonly (string | number)[]): number[] {
  const sizes = new Map<string | number, number>()
  for (const each of same) sizes.set(each, (sizes.get(each) ?? 0) + 1)
  return [...sizes.values()]
}
