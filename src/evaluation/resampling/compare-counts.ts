import type { CancelOptions } from '../../cancellation.js'
import type { OutcomeCounts } from '../measures/measures.js'
import { measuresOf } from '../measures/measures.js'
import { truthfulHelpfulness } from '../measures/ths.js'
import type { BootstrapSettings } from './bootstrap.js'
import { type Difference, differenceOf } from './compare.js'
import { cellsOfCounts, resampleCells } from './resample.js'
import { Rng } from './rng.js'

/**
 * Compares the THS of two methods from outcome counts: THS of a minus THS of b. Counts do not tell which questions the methods
 * share, so a, b and Init-Basic are resampled independently, Init-Basic once for both.
 * @returns null if Init-Basic is never wrong
 */
export async function compareCounts(
  a: OutcomeCounts,
  b: OutcomeCounts,
  initial: OutcomeCounts,
  { resamples = 10_000, seed = 0, level = 0.95 }: BootstrapSettings = {},
  { signal }: CancelOptions = {},
): Promise<Difference | null> {
  const score = (method: OutcomeCounts) => truthfulHelpfulness(measuresOf(initial), measuresOf(method))
  const [ofA, ofB] = [score(a), score(b)]
  if (ofA === null || ofB === null) return null
  const rng = Rng.seeded(seed)
  // One after another, from one generator.
  const drawnA = await drawShares(a, resamples, rng, signal)
  const drawnB = await drawShares(b, resamples, rng, signal)
  const drawnInitial = await drawShares(initial, resamples, rng, signal)
  const draws = Float64Array.from({ length: resamples }, (_, resample) => {
    const at = (shares: Shares) => ({ pc: shares.pc[resample] as number, pw: shares.pw[resample] as number })
    const [scoreA, scoreB] = [drawnA, drawnB].map((shares) => truthfulHelpfulness(at(drawnInitial), at(shares)))
    return scoreA === null || scoreB === null ? NaN : (scoreA as number) - (scoreB as number)
  })
  return differenceOf(ofA - ofB, draws, level)
}

/** Percent correct and wrong in every resample. */
interface Shares {
  pc: Float64Array
  pw: Float64Array
}

async function drawShares(counts: OutcomeCounts, resamples: number, rng: Rng, signal: AbortSignal | undefined): Promise<Shares> {
  const shares = { pc: new Float64Array(resamples), pw: new Float64Array(resamples) }
  const record = ([right = 0, wrong = 0, refused = 0]: Int32Array, resample: number) => {
    const scale = 100 / (right + wrong + refused)
    shares.pc[resample] = right * scale
    shares.pw[resample] = wrong * scale
  }
  await resampleCells(cellsOfCounts(counts), resamples, rng, record, signal)
  return shares
}
