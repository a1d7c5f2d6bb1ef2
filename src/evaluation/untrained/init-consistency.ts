import { optionConfidence, sampleAgreement } from '../confidence/given-confidence.js'
import { NO_CONFIDENCE, type Untrained } from './untrained.js'

/**
 * Self-consistency: the share of drawn answers that say the same as the greedy one (Wang et al. 2023, with the greedy answer in place of
 * the most frequent one). In multiple choice, what this share tends to: the probability of the most likely letter among the letters.
 */
export const initConsistency: Untrained = {
  id: 'init-consistency',
  about: 'the initial model, refusing answers that its samples do not repeat',

  confidence({ answer, output, samples, options }) {
    if (answer === null) return NO_CONFIDENCE
    const share = options === undefined || options === null ? sampleAgreement(output, samples) : optionConfidence(options)
    return { confidence: share, probability: share }
  },
}
