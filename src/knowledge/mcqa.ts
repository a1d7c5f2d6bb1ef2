import { GraitError } from '../errors.js'
import { softmax } from '../softmax.js'
import type { Knowledge } from './knowledge.js'

/**
 * Computes what a model knows about a multiple-choice question, from one pass over its options.
 * @param logprobs log-probability of each option after the prompt, nats, [options]; -Infinity is allowed
 * @param answer index of the correct option
 * @throws GraitError data_invalid if it cannot be computed: no such option, NaN, or every option has probability 0
 */
export function mcqaKnowledge(id: string, logprobs: Float64Array, answer: number): Knowledge {
  const gold = logprobs[answer]
  if (gold === undefined) {
    throw new GraitError('data_invalid', `question ${id}: the right option is number ${answer}, but there are ${logprobs.length} options`)
  }
  const probabilities = softmax(logprobs)
  if (!probabilities.every(Number.isFinite)) {
    throw new GraitError('data_invalid', `question ${id}: the log-probabilities of its options are not usable: ${logprobs.join(', ')}`)
  }
  return {
    id,
    correctness: probabilities[answer] as number,
    certainty: negativeEntropy(probabilities),
    goldProbability: Math.exp(gold),
    probabilities,
  }
}

/** Sum of p ln p, nats, in [-ln n, 0]; 0 ln 0 = 0. */
export function negativeEntropy(probabilities: readonly number[]): number {
  const sum = probabilities.reduce((total, p) => total + (p > 0 ? p * Math.log(p) : 0), 0)
  return Math.min(0, sum)
}
