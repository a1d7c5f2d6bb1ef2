import { GraitError } from '../../errors.js'
import type { Candidate, Method } from '../method.js'
import { randomPairs } from '../pairs.js'

/**
 * Our own: every question is trained with both targets, its answer at weight c and the refusal at weight (1 - c) r, where c is its
 * correctness and r = C / (1 - C) the exchange rate of THS, from the mean correctness C of all questions. The minimum of the
 * cross-entropy is p(refusal) = w_refusal / (w_refusal + w_answer), which is above one half exactly where c < C: greedy decoding then
 * refuses where THS gains by it. There is no threshold of correctness, and a question right 4 times of 10 is neither known nor unknown.
 */
export const exchangeRate: Method = {
  id: 'exchange-rate',
  description: 'random questions, each with its answer and the refusal, weighted by what THS pays for them',
  needs: { influence: false },
  select(candidates, request) {
    const rate = exchangeRateOf(candidates)
    return randomPairs(candidates, request, ({ correctness }) => [
      { target: 'gold', weight: correctness },
      { target: 'refusal', weight: (1 - correctness) * rate },
    ])
  },
}

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
