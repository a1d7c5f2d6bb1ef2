import { normaliseAnswer } from '../judging/text/normalise.js'

/** Confidence in a multiple-choice answer: the probability of the most likely option, renormalised over the options. */
export function optionConfidence(probabilities: readonly number[]): number {
  const sum = probabilities.reduce((total, probability) => total + probability, 0)
  return sum === 0 ? 0 : Math.max(...probabilities) / sum
}

/**
 * Confidence in an open-ended answer: the share of drawn samples that give the same answer. Answers are compared without regard
 * to case, accents, articles and punctuation; number words count as digits.
 */
export function sampleAgreement(answer: string, samples: readonly string[]): number {
  if (samples.length === 0) return 0
  const said = normaliseAnswer(answer)
  return samples.filter((sample) => normaliseAnswer(sample) === said).length / samples.length
}
