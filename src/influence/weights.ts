import { GraitError } from '../errors.js'
import { softmax } from '../softmax.js'

/**
 * The kind of weighting: how refusals are weighted by their influences.
 * purpose: softmax((I_ref - I_over) / T): the more a question teaches over-refusal, the lower its weight, which is the stated aim.
 * published: softmax((I_over - I_ref) / T), the sign of the published code (which then sets every weight to 1: `uniform`).
 * uniform: every weight is 1.
 */
export type WeightingKind = 'purpose' | 'published' | 'uniform'

/** Settings for the weights of the selected unknown questions; see `refusalWeights`. */
export interface Weighting {
  /** The sign of the difference of influences, or `uniform`: every weight is 1. */
  kind: WeightingKind
  /** Softmax temperature T > 0; lower values sharpen the weights. */
  temperature: number
  /** Mean of the weights after scaling; not used by `uniform`. */
  mean: number
}

/** A selected unknown question and its influences, null where it has none. What `influences` returns can be given as it is. */
export interface Influenced {
  id: string
  refusalInfluence: number | null
  overRefusalInfluence: number | null
}

/**
 * Computes the loss weights of the selected unknown questions, in their order, [n]; known questions have weight 1.
 * @throws GraitError invalid_request for a temperature or mean that is not above 0, and for an influence that is missing or not finite
 */
export function refusalWeights(selected: readonly Influenced[], { kind, temperature, mean }: Weighting): number[] {
  requirePositive('temperature', temperature)
  requirePositive('mean', mean)
  if (kind === 'uniform' || selected.length === 0) return selected.map(() => 1)
  const sign = kind === 'purpose' ? 1 : -1
  const logits = selected.map((item) => (sign * difference(item)) / temperature)
  return softmax(logits).map((share) => share * selected.length * mean)
}

function difference({ id, refusalInfluence, overRefusalInfluence }: Influenced): number {
  if (refusalInfluence === null || overRefusalInfluence === null) {
    throw new GraitError('invalid_request', `question ${id} has no influence, so it cannot be weighted by it`, {
      hint: 'Use weighting.kind uniform, or a method that computes influences.',
    })
  }
  if (!Number.isFinite(refusalInfluence) || !Number.isFinite(overRefusalInfluence)) {
    throw new GraitError(
      'invalid_request',
      `question ${id} has an influence that is not a finite number: ${refusalInfluence}, ${overRefusalInfluence}`,
      {
        hint: 'Leave the question out, or look for the cause in its gradient feature.',
      },
    )
  }
  return refusalInfluence - overRefusalInfluence
}

function requirePositive(name: 'temperature' | 'mean', value: number): void {
  if (Number.isFinite(value) && value > 0) return
  throw new GraitError('invalid_request', `weighting.${name} is ${value}; it must be a number above 0`)
}
