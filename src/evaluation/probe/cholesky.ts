/**
 * The Cholesky factor L of a symmetric positive definite matrix, A = L L^T.
 * @param matrix [n, n], row-major; its lower triangle is read
 */
export function cholesky(matrix: Float64Array, n: number): Float64Array {
  const factor = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j] as number
      const [a, b] = [i * n, j * n]
      for (let k = 0; k < j; k++) sum -= (factor[a + k] as number) * (factor[b + k] as number)
      factor[a + j] = i === j ? Math.sqrt(sum) : sum / (factor[b + j] as number)
    }
  }
  return factor
}

/** The solution x of L L^T x = b. */
export function choleskySolve(factor: Float64Array, b: Float64Array): Float64Array {
  const n = b.length
  const x = Float64Array.from(b)
  for (let i = 0; i < n; i++) {
    let sum = x[i] as number
    for (let k = 0; k < i; k++) sum -= (factor[i * n + k] as number) * (x[k] as number)
    x[i] = sum / (factor[i * n + i] as number)
  }
  for (let i = n - 1; i >= 0; i--) {
    const value = (x[i] as number) / (factor[i * n + i] as number)
    x[i] = value
    for (let k = 0; k < i; k++) x[k] = (x[k] as number) - (factor[i * n + k] as number) * value
  }
  return x
}
