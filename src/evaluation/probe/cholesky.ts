import { innerPart } from './matrix.js'

/**
 * The Cholesky factor L of a symmetric positive definite matrix, A = L L^T.
 * @param matrix [n, n], row-major; its lower triangle is read
 */
export function cholesky(matrix: Float64Array, n: number): Float64Array {
  const factor = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const rest = (matrix[i * n + j] as number) - innerPart(factor, i * n, factor, j * n, j)
      factor[i * n + j] = i === j ? Math.sqrt(rest) : rest / (factor[j * n + j] as number)
    }
  }
  return factor
}

/** The solution x of L L^T x = b. */
export function choleskySolve(factor: Float64Array, b: Float64Array): Float64Array {
  const n = b.length
  const x = Float64Array.from(b)
  for (let i = 0; i < n; i++) {
    x[i] = ((x[i] as number) - innerPart(factor, i * n, x, 0, i)) / (factor[i * n + i] as number)
  }
  for (let i = n - 1; i >= 0; i--) {
    const value = (x[i] as number) / (factor[i * n + i] as number)
    x[i] = value
    for (let k = 0; k < i; k++) x[k] = (x[k] as number) - (factor[i * n + k] as number) * value
  }
  return x
}
