import { dot } from '../src/influence/feature-block.js'

/** How near gradients are to each other: values [size, size], row-major. */
export interface Kernel {
  size: number
  values: Float64Array
}

/**
 * `common` + the product of any two rows. O(size^2 dim).
 * @param rows [size][dim], centred and of norm 1
 * @param common what any two have in common: the square of the prior deviation of the mean
 */
export function kernelOf(rows: readonly Float32Array[], common: number): Kernel {
  const size = rows.length
  const values = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value = common + dot(rows[i]!, rows[j]!)
      values[i * size + j] = value
      values[j * size + i] = value
    }
  }
  return { size, values }
}

/**
 * Whether a tuned model would refuse, by kernel ridge regression on gradients: near a training step, the change of a model's
 * outputs is linear in its gradients (the neural tangent kernel), so a question is refused in so far as its gradient is near those
 * of the refusals trained on, and not near those of the known questions. Targets are 1 of a refusal, 0 of a gold answer.
 *
 * For a question that is itself trained on, the prediction is what the others make of it (leave-one-out).
 */
export class KernelRefusal {
  readonly size: number
  readonly #ridge: number
  /** Prediction of every question, and of those trained on by all together. */
  readonly #fitted: Float64Array
  /** Posterior covariance, [size, size], row-major. */
  readonly #covariance: Float64Array
  /** Rows of the inverse kernel of those trained on times the kernel, [size, size]; rows of the others are 0. */
  readonly #smoother: Float64Array
  /** Of those trained on: dual coefficient, diagonal of the inverse, target. */
  readonly #dual: Float64Array
  readonly #diagonal: Float64Array
  readonly #target: Float64Array
  readonly #trained: Uint8Array

  /** @param ridge in units of a squared row norm, which is 1 */
  constructor({ size: n, values }: Kernel, ridge: number) {
    this.size = n
    this.#ridge = ridge
    this.#fitted = new Float64Array(n)
    this.#covariance = values.slice()
    this.#smoother = new Float64Array(n * n)
    this.#dual = new Float64Array(n)
    this.#diagonal = new Float64Array(n)
    this.#target = new Float64Array(n)
    this.#trained = new Uint8Array(n)
  }

  /** Trains on one more question, which weighs `weight` in the loss. O(size^2) by a rank-one update. */
  add(index: number, target: 0 | 1, weight = 1): void {
    const n = this.size
    const column = this.#covariance.slice(index * n, (index + 1) * n)
    const smoother = this.#smootherColumn(index)
    const spread = column[index]! + this.#ridge / weight
    const step = (target - this.#fitted[index]!) / spread
    for (let i = 0; i < n; i++) {
      this.#fitted[i]! += column[i]! * step
      if (this.#trained[i] === 1) {
        this.#dual[i]! -= smoother[i]! * step
        this.#diagonal[i]! += smoother[i]! ** 2 / spread
      }
      for (let j = 0; j < n; j++) {
        this.#covariance[i * n + j]! -= (column[i]! * column[j]!) / spread
        if (smoother[i] !== 0) this.#smoother[i * n + j]! -= (smoother[i]! * column[j]!) / spread
      }
    }
    for (let j = 0; j < n; j++) this.#smoother[index * n + j] = column[j]! / spread
    this.#dual[index] = step
    this.#diagonal[index] = 1 / spread
    this.#target[index] = target
    this.#trained[index] = 1
  }

  /** What would be foreseen for every question if `index` were trained on as a refusal; for itself, what is foreseen without it. */
  withRefusal(index: number, into: Float64Array): void {
    const n = this.size
    const spread = this.#covariance[index * n + index]! + this.#ridge
    const step = (1 - this.#fitted[index]!) / spread
    for (let i = 0; i < n; i++) {
      if (this.#trained[i] === 1) {
        const weight = this.#smoother[i * n + index]!
        into[i] = this.#target[i]! - (this.#dual[i]! - weight * step) / (this.#diagonal[i]! + weight ** 2 / spread)
      } else {
        into[i] = this.#fitted[i]! + this.#covariance[index * n + i]! * step
      }
    }
    into[index] = this.#fitted[index]!
  }

  /** What is foreseen for every question as it stands. */
  foreseen(): Float64Array {
    return this.#fitted.map((value, i) => (this.#trained[i] === 1 ? this.#target[i]! - this.#dual[i]! / this.#diagonal[i]! : value))
  }

  #smootherColumn(index: number): Float64Array {
    const n = this.size
    return Float64Array.from({ length: n }, (_, i) => this.#smoother[i * n + index]!)
  }
}
