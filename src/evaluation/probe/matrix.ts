/** Products of a matrix x [n, d], row-major, float64: each sum is taken in the same order every time. */

/** X v */
export function product(x: Float64Array, n: number, d: number, v: Float64Array): Float64Array {
  const result = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    result[i] = innerPart(x, i * d, v, 0, d)
  }
  return result
}

/** X^T r */
export function transposedProduct(x: Float64Array, n: number, d: number, r: Float64Array): Float64Array {
  const result = new Float64Array(d)
  for (let i = 0; i < n; i++) {
    const factor = r[i] as number
    const start = i * d
    if (factor !== 0) for (let k = 0; k < d; k++) result[k] = (result[k] as number) + factor * (x[start + k] as number)
  }
  return result
}

/** X^T X [d, d], by blocks of rows of X^T that stay in the processor's cache. */
export function gram(x: Float64Array, n: number, d: number): Float64Array {
  const columns = new Float64Array(n * d)
  for (let i = 0; i < n; i++) for (let k = 0; k < d; k++) columns[k * n + i] = x[i * d + k] as number
  const result = new Float64Array(d * d)
  const [tile, depth] = [32, 512]
  for (let i0 = 0; i0 < d; i0 += tile) {
    for (let j0 = 0; j0 <= i0; j0 += tile) {
      for (let k0 = 0; k0 < n; k0 += depth) {
        const length = Math.min(n, k0 + depth) - k0
        for (let i = i0; i < Math.min(d, i0 + tile); i++) {
          for (let j = j0; j < Math.min(i + 1, j0 + tile); j++) {
            result[i * d + j] = (result[i * d + j] as number) + innerPart(columns, i * n + k0, columns, j * n + k0, length)
          }
        }
      }
    }
  }
  for (let i = 0; i < d; i++) for (let j = i + 1; j < d; j++) result[i * d + j] = result[j * d + i] as number
  return result
}

export function inner(a: Float64Array, b: Float64Array): number {
  return innerPart(a, 0, b, 0, a.length)
}

/** The inner product of `length` values from places `i` and `j` on, in four sums that a processor can add at the same time. */
export function innerPart(a: Float64Array, i: number, b: Float64Array, j: number, length: number): number {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let k = 0
  for (; k + 3 < length; k += 4) {
    s0 += (a[i + k] as number) * (b[j + k] as number)
    s1 += (a[i + k + 1] as number) * (b[j + k + 1] as number)
    s2 += (a[i + k + 2] as number) * (b[j + k + 2] as number)
    s3 += (a[i + k + 3] as number) * (b[j + k + 3] as number)
  }
  for (; k < length; k++) s0 += (a[i + k] as number) * (b[j + k] as number)
  return s0 + s1 + (s2 + s3)
}
