import { exchangeRateOf } from './exchange-rate.js'
import { rowsById } from './feature-rows.js'
import type { Candidate, FeatureMatrix } from './method.js'

/**
 * What refusing a question is worth against answering it, in right answers: a refusal saves r for each wrong answer and costs 1 for each
 * right one, so (1 - c) r - c; above 0 where the correctness c is below the mean correctness.
 */
export function worthOfRefusing({ correctness }: Pick<Candidate, 'correctness'>, rate: number): number {
  return (1 - correctness) * rate - correctness
}

/**
 * How much training a question moves the decisions of the others the way that pays: I(x) = u(x) <g(x) - m, sum over y != x of
 * u(y) (g(y) - m)>, with u what refusing is worth, g the gradients of refusing and m their mean. Training x by its worth moves the model
 * along u(x) g(x), and the wish to refuse y by the product with g(y); what all gradients have in common moves all decisions alike, so it is
 * taken off. With one and the same u for all unknown questions, and its negative for the known ones, it is what I_ref - I_over is but for
 * the shares of both. By id; a question without a gradient has none.
 */
export function decisionInfluence(candidates: readonly Candidate[], features: FeatureMatrix): Map<string, number> {
  const rate = exchangeRateOf(candidates)
  const rows = rowsById(features)
  const worth = new Map(candidates.filter(({ id }) => rows.has(id)).map((candidate) => [candidate.id, worthOfRefusing(candidate, rate)]))
  const mean = new Float64Array(features.dim)
  const aim = new Float64Array(features.dim)
  let sum = 0
  for (const [id, u] of worth) {
    const row = rows.get(id) as Float32Array
    for (let k = 0; k < features.dim; k++) {
      mean[k] = (mean[k] as number) + (row[k] as number) / worth.size
      aim[k] = (aim[k] as number) + u * (row[k] as number)
    }
    sum += u
  }
  for (let k = 0; k < features.dim; k++) aim[k] = (aim[k] as number) - sum * (mean[k] as number)
  return new Map(
    [...worth].map(([id, u]) => {
      const row = rows.get(id) as Float32Array
      let along = 0
      for (let k = 0; k < features.dim; k++) {
        const own = (row[k] as number) - (mean[k] as number)
        along += own * ((aim[k] as number) - u * own)
      }
      return [id, u * along]
    }),
  )
}
