/**
 * The softmax of logits, [n]: shares that sum to 1. The largest logit is subtracted first, so that very small shares do not underflow
 * together.
 */
export function softmax(logits: readonly number[] | Float64Array): number[] {
  const values = Array.from(logits)
  const largest = values.reduce((max, value) => Math.max(max, value), -Infinity)
  const shares = values.map((value) => Math.exp(value - largest))
  const total = shares.reduce((sum, share) => sum + share, 0)
  return shares.map((share) => share / total)
}
