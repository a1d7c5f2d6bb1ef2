import { GraitError } from '../errors.js'
import type { Candidate } from './method.js'
import type { Pair } from './pairs.js'

/**
 * What a wrong answer costs in right ones: C / (1 - C), with the mean correctness C.
 * @throws GraitError empty_group if the model is always right or never
 */
export function exchangeRateOf(candidates: readonly Pick<Candidate, 'correctness'>[]): number {
  const mean = candidates.reduce((sum, { correctness }) => sum + correctness, 0) / candidates.length
  if (mean > 0 && mean < 1) return mean / (1 - mean)
  throw new GraitError('empty_group', `there is no ${mean > 0 ? 'unknown' : 'known'} question: the mean correctness is ${mean}`, {
    hint: `Give questions that this model can${mean > 0 ? 'not' : ''} answer.`,
  })
}

/** The answer at the weight of the probability that it is right, and the refusal at what THS pays for the rest. */
export function exchangePairs(probability: number, rate: number): Pair[] {
  return [
    { target: 'gold', weight: probability },
    { target: 'refusal', weight: (1 - probability) * rate },
  ]
}
