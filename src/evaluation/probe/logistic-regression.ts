import { GraitError } from '../../errors.js'
import type { LinearSpace } from './linear-space.js'
import { inner } from './matrix.js'

/** Labels of rows, and which of the rows are fitted. */
export interface LabelledRows {
  /** 1 or 0 for every row. */
  labels: Uint8Array
  /** 1 for rows that are fitted, 0 for those held out. */
  fitted: Uint8Array
}

/** A fitted logistic regression: log p / (1 - p) = w x + intercept. */
export interface LogisticFit {
  /** As a function of its space. */
  w: Float64Array
  intercept: number
  /** w x + intercept of every row, also of those held out. */
  logOdds: Float64Array
}

/** L2 norm of the gradient (in weights and intercept) at which the fit ends. */
const TOLERANCE = 1e-9
const MOST_STEPS = 200
const MOST_INNER_STEPS = 500

/** w and intercept, as a point or a direction. */
interface Point {
  w: Float64Array
  b: number
}

/**
 * Fits a logistic regression by minimising the mean of log(1 + exp(-+(w x + b))) over the fitted rows, plus penalty / 2 |w|^2; the
 * intercept b is free. Newton's method: each step is solved by conjugate gradients, preconditioned with the Hessian of equally
 * uncertain rows, so that no step costs more than a few passes over the rows. It draws nothing at random.
 * @param precondition solves (c X^T X + penalty I) u = v; see `preconditioner`
 * @param start where to begin; a fit of another penalty saves steps
 * @throws GraitError internal if the gradient does not vanish
 */
export function fitLogistic(
  space: LinearSpace,
  rows: LabelledRows,
  penalty: number,
  precondition: (v: Float64Array) => Float64Array,
  start?: LogisticFit | undefined,
): LogisticFit {
  const n = rows.fitted.reduce((sum, fitted) => sum + fitted, 0)
  const constant = constantLogOdds(rows, n)
  if (constant !== undefined) {
    return { w: new Float64Array(space.size), intercept: constant, logOdds: new Float64Array(space.rows).fill(constant) }
  }
  let point: Point = start === undefined ? { w: new Float64Array(space.size), b: 0 } : { w: start.w, b: start.intercept }
  let logOdds = plus(space.scores(point.w), point.b)
  for (let step = 0; step < MOST_STEPS; step++) {
    const gradient = gradientAt(space, rows, n, penalty, point, logOdds)
    const norm = length(gradient)
    if (norm <= TOLERANCE) return { w: point.w, intercept: point.b, logOdds }
    const curvature = curvatures(rows, n, logOdds)
    const hessian = (direction: Point): Point => {
      const change = plus(space.scores(direction.w), direction.b)
      const weighted = change.map((value, row) => value * (curvature[row] as number))
      return { w: added(space.combination(weighted), penalty, direction.w), b: total(weighted) }
    }
    const direction = conjugateGradients(space, hessian, precondition, total(curvature), gradient, Math.min(0.1, Math.sqrt(norm)) * norm)
    const change = plus(space.scores(direction.w), direction.b)
    const before = loss(rows, n, penalty, point, logOdds)
    const slope = -dot(gradient, direction)
    for (let stride = 1; ; stride /= 2) {
      const next = { w: added(point.w, -stride, direction.w), b: point.b - stride * direction.b }
      const nextOdds = added(logOdds, -stride, change)
      // Near the minimum, the loss no longer tells steps apart.
      const allowed = before + 1e-4 * stride * slope + 1e-14 * Math.abs(before)
      if (loss(rows, n, penalty, next, nextOdds) > allowed && stride > 1e-8) continue
      point = next
      logOdds = plus(space.scores(next.w), next.b)
      break
    }
  }
  throw new GraitError('internal', `a logistic regression on ${n} rows with penalty ${penalty} did not converge`)
}

/** What `fitLogistic` is preconditioned with, for any part of the rows. `share`: of the rows, those with label 1. */
export function preconditioner(space: LinearSpace, share: number, penalty: number): (v: Float64Array) => Float64Array {
  return space.solver((share * (1 - share)) / space.rows, penalty)
}

/** The log-odds where all labels are alike, and no weights can be fitted: those of half an example of the other label. */
function constantLogOdds({ labels, fitted }: LabelledRows, n: number): number | undefined {
  const ones = labels.reduce((sum, label, row) => sum + label * (fitted[row] as number), 0)
  return ones > 0 && ones < n ? undefined : Math.log((ones + 0.5) / (n - ones + 0.5))
}

function gradientAt(
  space: LinearSpace,
  { labels, fitted }: LabelledRows,
  n: number,
  penalty: number,
  { w }: Point,
  logOdds: Float64Array,
): Point {
  const residuals = logOdds.map((value, row) => ((fitted[row] as number) * (sigmoid(value) - (labels[row] as number))) / n)
  return { w: added(space.combination(residuals), penalty, w), b: total(residuals) }
}

function curvatures({ fitted }: LabelledRows, n: number, logOdds: Float64Array): Float64Array {
  return logOdds.map((value, row) => ((fitted[row] as number) * sigmoid(value) * sigmoid(-value)) / n)
}

function loss({ labels, fitted }: LabelledRows, n: number, penalty: number, { w }: Point, logOdds: Float64Array): number {
  let sum = 0
  for (const [row, value] of logOdds.entries()) {
    const margin = labels[row] === 1 ? value : -value
    sum += (fitted[row] as number) * (Math.log1p(Math.exp(-Math.abs(margin))) + Math.max(0, -margin))
  }
  return sum / n + (penalty / 2) * inner(w, w)
}

/** Solves H u = v until the residual's norm is at most `tolerance`; a direction of too many steps is still one of descent. */
function conjugateGradients(
  space: LinearSpace,
  hessian: (u: Point) => Point,
  precondition: (v: Float64Array) => Float64Array,
  interceptCurvature: number,
  v: Point,
  tolerance: number,
): Point {
  const conditioned = (r: Point): Point => ({ w: precondition(r.w), b: r.b / interceptCurvature })
  let solution: Point = { w: new Float64Array(space.size), b: 0 }
  let residual = v
  let z = conditioned(residual)
  let direction = z
  let rz = dot(residual, z)
  for (let step = 0; step < MOST_INNER_STEPS; step++) {
    const image = hessian(direction)
    const stride = rz / dot(direction, image)
    solution = sum(solution, stride, direction)
    residual = sum(residual, -stride, image)
    if (length(residual) <= tolerance) break
    z = conditioned(residual)
    const next = dot(residual, z)
    direction = sum(z, next / rz, direction)
    rz = next
  }
  return solution
}

function dot(a: Point, b: Point): number {
  return inner(a.w, b.w) + a.b * b.b
}

function length(a: Point): number {
  return Math.sqrt(dot(a, a))
}

function sum(a: Point, factor: number, b: Point): Point {
  return { w: added(a.w, factor, b.w), b: a.b + factor * b.b }
}

/** a + factor b */
function added(a: Float64Array, factor: number, b: Float64Array): Float64Array {
  return a.map((value, index) => value + factor * (b[index] as number))
}

function plus(a: Float64Array, constant: number): Float64Array {
  return a.map((value) => value + constant)
}

function total(a: Float64Array): number {
  return a.reduce((sum, value) => sum + value, 0)
}

/** 1 / (1 + exp(-x)), without loss of small values. */
export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))
}
