const UNITS = [
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'kB'],
] as const

/** A number of bytes in words: 512 bytes, 1.2 MB, 15.3 GB. */
export function byteWords(bytes: number): string {
  for (const [unit, name] of UNITS) if (bytes >= unit) return `${(bytes / unit).toFixed(1)} ${name}`
  return `${Math.round(bytes)} bytes`
}
