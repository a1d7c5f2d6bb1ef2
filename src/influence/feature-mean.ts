import { mixedLengths } from './feature-block.js'

/** Mean of rows [dim], accumulated in float64 in the order in which they arrive. */
export class FeatureMean {
  #sum: Float64Array | undefined
  #count = 0

  get count(): number {
    return this.#count
  }

  /** @throws GraitError data_invalid if rows differ in length */
  add(row: Float32Array): void {
    this.#sum ??= new Float64Array(row.length)
    const sum = this.#sum
    if (row.length !== sum.length) throw mixedLengths(row.length, sum.length)
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (row[i] as number)
    this.#count += 1
  }

  /** [dim]; undefined before the first row. */
  mean(): Float64Array | undefined {
    return this.#sum?.map((value) => value / this.#count)
  }
}
