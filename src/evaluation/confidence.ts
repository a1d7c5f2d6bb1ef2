import { normaliseAnswer } from './judging/normalise.js'

/** Confidence of a multiple-choice answer: the probability of the likeliest option, renormalised over the options. */
export function optionConfidence(probabilities: readonly number[]): number {
  const sum = probabilities.reduce((total, probability) => total + probability, 0)
  return sum === 0 ? 0 : Math.max(...probabilities) / sum
}

/**
 * Confidence of an open-ended answer: the share of drawn samples that say the same, compared as answers are (case,
 * accents, articles, punctuation and number words do not matter).
 */
export function sampleAgreement(answer: string, samples: readonly string[]): number {
  if (samples.length === 0) return 0
  const said = normaliseAnswer(answer)
  return samples.filter((sample) => normaliseAnswer(sample) === said).length / samples.length
}
