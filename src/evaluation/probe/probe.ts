import { seededOrder } from '../../seeded-hash.js'
import { linearSpace } from './linear-space.js'
import { fitLogistic, type LogisticFit, preconditioner } from './logistic-regression.js'
import { product } from './matrix.js'

/** One row of features for each question, [n, dim], row-major. */
export interface ProbeFeatures {
  rows: Float32Array
  dim: number
}

/** What a probe learns from, and what it is asked. */
export interface ProbeQuestions {
  features: ProbeFeatures
  /** Whether the model knows the answer, for every row. */
  known: readonly boolean[]
  /** Rows of one key are held out together: the questions of a group, or a question of its own. */
  keys: readonly string[]
  /** Other questions. */
  asked: readonly ProbeFeatures[]
}

export interface ProbeScores {
  /** Log-odds that the answer is right, of every question learnt from, by a probe that did not see it. */
  own: number[]
  /** The same for the questions of each set asked, by the probe that learnt from all. */
  asked: number[][]
  /** The penalty chosen. */
  penalty: number
}

/** Penalties tried, for rows of a mean squared norm of 1. */
export const PENALTIES = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6] as const
const FOLDS = 5
/** Most questions, and most multiplications of what is computed once: some twenty seconds. */
const MOST_QUESTIONS = 10_000
const MOST_WORK = 2e10

/**
 * A linear probe: logistic regression with an L2 penalty on standardised features. The penalty is the one with the least log loss on held-out
 * folds; it is then fitted to all. Nothing is drawn: folds follow from a hash of the keys.
 */
export function linearProbe({ features: { rows, dim }, known, keys, asked }: ProbeQuestions): ProbeScores {
  const n = known.length
  const standard = standardOf(rows, n, dim)
  const space = linearSpace(standardised(rows, n, dim, standard), n, dim)
  const labels = Uint8Array.from(known, Number)
  const share = known.filter(Boolean).length / n
  const folds = foldsOf(keys)
  const all = new Uint8Array(n).fill(1)
  const parts = Array.from({ length: FOLDS }, (_, fold) => Uint8Array.from(folds, (own) => (own === fold ? 0 : 1)))
  const solvers = PENALTIES.map((penalty) => preconditioner(space, clamped(share), penalty))
  let best: { loss: number; place: number; own: number[] } | undefined
  const latest: (LogisticFit | undefined)[] = []
  for (const [place, penalty] of PENALTIES.entries()) {
    const own = new Array<number>(n).fill(0)
    for (const [fold, fitted] of parts.entries()) {
      const fit = fitLogistic(space, { labels, fitted }, penalty, solvers[place] as (typeof solvers)[number], latest[fold])
      latest[fold] = fit
      for (const [row, held] of folds.entries()) if (held === fold) own[row] = fit.logOdds[row] as number
    }
    const loss = own.reduce((sum, value, row) => sum + Math.log1p(Math.exp(-Math.abs(value))) + Math.max(0, known[row] ? -value : value), 0)
    // A weaker penalty than one that is worse is worse still, and slow to fit.
    if (best !== undefined && loss >= best.loss) break
    best = { loss, place, own }
  }
  const { place, own } = best as NonNullable<typeof best>
  const penalty = PENALTIES[place] as number
  const fit = fitLogistic(space, { labels, fitted: all }, penalty, solvers[place] as (typeof solvers)[number])
  const weights = space.weights(fit.w)
  const scoresOf = (set: ProbeFeatures): number[] => {
    const count = dim === 0 ? 0 : set.rows.length / dim
    return Array.from(product(standardised(set.rows, count, dim, standard), count, dim, weights), (score) => score + fit.intercept)
  }
  return { own, asked: asked.map(scoresOf), penalty }
}

/** How many questions of `dim` features a probe can learn from without making a run wait. */
export function affordableQuestions(dim: number): number {
  const byWeights = Math.floor((2 * MOST_WORK) / dim ** 2)
  const inTheirSpan = Math.min(dim, Math.floor(Math.sqrt(MOST_WORK / (2 * dim))))
  return Math.min(MOST_QUESTIONS, byWeights > dim ? byWeights : inTheirSpan)
}

/** The fold of every row: keys in the order of a hash are dealt out in turn. */
function foldsOf(keys: readonly string[]): number[] {
  const order = seededOrder([...new Set(keys)], 0, (key) => key)
  const folds = new Map(order.map((key, place) => [key, place % FOLDS]))
  return keys.map((key) => folds.get(key) as number)
}

/** Mean of every feature, and what its deviations are multiplied by: 1 / sd / sqrt(dim), so that a row has a mean squared norm of 1. */
interface Standard {
  mean: Float64Array
  scale: Float64Array
}

function standardOf(rows: Float32Array, n: number, dim: number): Standard {
  const mean = new Float64Array(dim)
  const scale = new Float64Array(dim)
  for (let row = 0; row < n; row++) for (let k = 0; k < dim; k++) mean[k] = (mean[k] as number) + (rows[row * dim + k] as number) / n
  for (let row = 0; row < n; row++) {
    for (let k = 0; k < dim; k++) scale[k] = (scale[k] as number) + ((rows[row * dim + k] as number) - (mean[k] as number)) ** 2 / n
  }
  // A feature that is the same in all rows says nothing; rounding of its mean must not make it look otherwise.
  const constant = (k: number) => Math.sqrt(scale[k] as number) <= 1e-9 * Math.abs(mean[k] as number)
  return { mean, scale: scale.map((variance, k) => (variance === 0 || constant(k) ? 0 : 1 / Math.sqrt(variance * dim))) }
}

function standardised(rows: Float32Array, n: number, dim: number, { mean, scale }: Standard): Float64Array {
  const result = new Float64Array(n * dim)
  for (let row = 0; row < n; row++) {
    for (let k = 0; k < dim; k++) {
      result[row * dim + k] = ((rows[row * dim + k] as number) - (mean[k] as number)) * (scale[k] as number)
    }
  }
  return result
}

function clamped(share: number): number {
  return Math.min(0.99, Math.max(0.01, share))
}
