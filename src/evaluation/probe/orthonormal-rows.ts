import { inner, product, transposedProduct } from './matrix.js'

/** What is left of a row, as a share of its length, below which it is a combination of the rows before it. */
const DEPENDENT = 1e-10

/**
 * An orthonormal basis of the span of rows x [n, d], by Gram-Schmidt, each row twice, so that it is orthogonal to rounding. Rows that
 * depend on others add none.
 */
export function orthonormalRows(x: Float64Array, n: number, d: number): { basis: Float64Array; rank: number } {
  const basis = new Float64Array(Math.min(n, d) * d)
  let rank = 0
  for (let i = 0; i < n && rank < d; i++) {
    let rest: Float64Array = x.slice(i * d, (i + 1) * d)
    const whole = Math.sqrt(inner(rest, rest))
    for (let pass = 0; pass < 2; pass++) rest = without(basis, rank, d, rest)
    const length = Math.sqrt(inner(rest, rest))
    if (length <= DEPENDENT * whole) continue
    basis.set(
      rest.map((value) => value / length),
      rank * d,
    )
    rank++
  }
  return { basis: basis.subarray(0, rank * d), rank }
}

function without(basis: Float64Array, rank: number, d: number, row: Float64Array): Float64Array {
  const part = transposedProduct(basis, rank, d, product(basis, rank, d, row))
  return row.map((value, k) => value - (part[k] as number))
}
