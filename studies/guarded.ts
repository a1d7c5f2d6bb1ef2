import { type Candidate, type FeatureMatrix, type Method, methodById } from 'grait'
import { dot } from '../src/influence/feature-block.js'
import { FeatureMean } from '../src/influence/feature-mean.js'
import { refusalWeights } from '../src/influence/weights.js'
import { rowsById } from '../src/rait/feature-rows.js'

const grait = methodById('grait')

/**
 * grait, whose known questions weigh more the more its refusals would teach refusing them: softmax over the chosen of D_ik of
 * <g_idk(x), mean of g_idk over the chosen refusals> / temperature, scaled to mean 1, and raised to `floor` where it is less. What GRAIT's
 * weights do for refusals that spill over, this does for what they spill over to.
 */
export function guarded(id: string, temperature: number, floor: number): Method {
  return {
    id,
    description: `grait, with known questions weighed by how much its refusals endanger them, temperature ${temperature}`,
    version: `${temperature} ${floor}`,
    needs: { ...grait.needs, features: 'refusals' },
    select(candidates: readonly Candidate[], request) {
      if (request.features === undefined) throw new Error('no features')
      const selection = grait.select(candidates, request)
      const chosen = (target: 'gold' | 'refusal') =>
        selection.chosen.filter((choice) => choice.target === target).map((choice) => choice.id)
      const known = chosen('gold')
      const danger = influences(request.features.refusals, known, chosen('refusal'))
      const endangered = known.map((each, index) => ({ id: each, refusalInfluence: danger[index] as number, overRefusalInfluence: 0 }))
      const weights = refusalWeights(endangered, { kind: 'purpose', temperature, mean: 1 })
      const weightOf = new Map(known.map((each, index) => [each, Math.max(floor, weights[index] as number)]))
      return {
        ...selection,
        chosen: selection.chosen.map((choice) => ({ ...choice, weight: weightOf.get(choice.id) ?? choice.weight })),
      }
    },
  }
}

/** <row of each of `ids`, mean row of `others`>; 0 for one without a row. */
function influences(matrix: FeatureMatrix, ids: readonly string[], others: readonly string[]): number[] {
  const { dim } = matrix
  const rowOf = rowsById(matrix)
  const features = new FeatureMean()
  for (const id of others) features.add(rowOf.get(id) ?? new Float32Array(dim))
  const mean = features.mean() ?? new Float64Array(dim)
  return ids.map((id) => dot(rowOf.get(id) ?? new Float32Array(dim), mean))
}
