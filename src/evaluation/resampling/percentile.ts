/** A confidence interval, [low, high]. */
export type Interval = [number, number]

/** Central interval of the values, [(1 - level) / 2, (1 + level) / 2]; NaNs are left out. Null if at least half are NaN. */
export function percentileInterval(values: Float64Array, level: number): Interval | null {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort()
  if (sorted.length * 2 <= values.length) return null
  return [quantile(sorted, (1 - level) / 2), quantile(sorted, (1 + level) / 2)]
}

/** Quantile of ascending values, interpolated linearly between the two nearest (Hyndman and Fan's type 7). */
export function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1)
  const low = Math.floor(position)
  const below = sorted[low] as number
  const above = sorted[Math.min(low + 1, sorted.length - 1)] as number
  return below + (position - low) * (above - below)
}
