import type { Rng } from './rng.js'

/** ln 0! .. ln n!, [n + 1]. */
export function logFactorials(n: number): Float64Array {
  const table = new Float64Array(n + 1)
  for (let k = 1; k <= n; k++) table[k] = (table[k - 1] as number) + Math.log(k)
  return table
}

/**
 * One draw of Binomial(n, p) by inversion. The support is walked outwards from the mode, nearest probabilities first, so it
 * takes about sqrt(n p (1 - p)) steps and is exact to rounding; one uniform number is used.
 * @param logFactorial table that reaches n
 */
export function drawBinomial(n: number, p: number, rng: Rng, logFactorial: Float64Array): number {
  if (n === 0 || p <= 0) return 0
  if (p >= 1) return n
  const mode = Math.min(n, Math.floor((n + 1) * p))
  const log = (k: number) => logFactorial[k] as number
  const atMode = Math.exp(log(n) - log(mode) - log(n - mode) + mode * Math.log(p) + (n - mode) * Math.log1p(-p))
  const odds = p / (1 - p)
  let left = rng.uniform() - atMode
  if (left < 0) return mode
  let [below, above] = [mode, mode]
  let [pBelow, pAbove] = [atMode, atMode]
  while (below > 0 || above < n) {
    if (above < n) {
      pAbove *= ((n - above) / (above + 1)) * odds
      above += 1
      left -= pAbove
      if (left < 0) return above
    }
    if (below > 0) {
      pBelow *= below / ((n - below + 1) * odds)
      below -= 1
      left -= pBelow
      if (left < 0) return below
    }
  }
  return mode
}
