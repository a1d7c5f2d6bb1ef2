import { cholesky, choleskySolve } from './cholesky.js'
import { gram, product, transposedProduct } from './matrix.js'
import { orthonormalRows } from './orthonormal-rows.js'

/**
 * The linear functions w x of feature rows, as far as a penalised fit can reach them. The best w lies in the span of the rows: with fewer
 * rows than features, a function is given by its coordinates in an orthonormal basis of that span, otherwise by its weights. So nothing
 * costs more than O(n d min(n, d)), and lengths are the same in both.
 */
export interface LinearSpace {
  /** Number of rows, n. */
  rows: number
  /** Number of coordinates of a function: at most the smaller of n and d. */
  size: number
  /** w x of every row. */
  scores(w: Float64Array): Float64Array
  /** The function sum_i r_i x_i. */
  combination(r: Float64Array): Float64Array
  /** Solves (c X^T X + p I) u = v for u. */
  solver(c: number, p: number): (v: Float64Array) => Float64Array
  /** The weights [d] of a function. */
  weights(w: Float64Array): Float64Array
}

/** @param x [n, d], row-major */
export function linearSpace(x: Float64Array, n: number, d: number): LinearSpace {
  if (n > d) return spaceOf(x, n, d, (w) => w)
  const { basis, rank } = orthonormalRows(x, n, d)
  const coordinates = new Float64Array(n * rank)
  for (let row = 0; row < n; row++) coordinates.set(product(basis, rank, d, x.subarray(row * d, (row + 1) * d)), row * rank)
  return spaceOf(coordinates, n, rank, (w) => transposedProduct(basis, rank, d, w))
}

function spaceOf(x: Float64Array, n: number, size: number, weights: LinearSpace['weights']): LinearSpace {
  const squares = gram(x, n, size)
  return {
    rows: n,
    size,
    weights,
    scores: (w) => product(x, n, size, w),
    combination: (r) => transposedProduct(x, n, size, r),
    solver(c, p) {
      const factor = cholesky(
        squares.map((value, place) => c * value + (place % (size + 1) === 0 ? p : 0)),
        size,
      )
      return (v) => choleskySolve(factor, v)
    },
  }
}
