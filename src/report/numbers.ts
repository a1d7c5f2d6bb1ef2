import type { Interval } from '../evaluation/resampling/percentile.js'

/** A number with the given decimals, a real minus sign and no "-0.0"; a dash for null. */
export function decimal(value: number | null, places = 1): string {
  if (value === null || !Number.isFinite(value)) return '–'
  const text = Math.abs(value).toFixed(places)
  return value < 0 && Number(text) !== 0 ? `−${text}` : text
}

/** "+16.0", "−1.8", "0.0". */
export function signed(value: number | null, places = 1): string {
  const text = decimal(value, places)
  return value !== null && value > 0 && Number(value.toFixed(places)) !== 0 ? `+${text}` : text
}

/** "[8.6, 23.2]"; nothing for null. */
export function bounds(interval: Interval | null): string {
  return interval === null ? '' : `[${decimal(interval[0])}, ${decimal(interval[1])}]`
}

/** "14,042". */
export function whole(count: number): string {
  return count.toLocaleString('en-US')
}

/** "1 question", "14,042 questions". */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${whole(count)} ${count === 1 ? singular : plural}`
}
