/** Denominators of fractions that are written with a slash; 9/11 and 24/7 are none. */
const DENOMINATORS = new Set([2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 25, 32, 50, 64, 100])
const WRITTEN = /(?<![\d/.,\p{L}])(?:(\d+)(?:\s+and)?\s+)?(\d{1,2})([/\u2044])(\d{1,3})(?![\d/\u2044\p{L}])/gu
const PARTS: Record<string, number> = { third: 3, quarter: 4, fourth: 4, fifth: 5, sixth: 6, seventh: 7, eighth: 8, ninth: 9, tenth: 10 }
const COUNTS = 'one two three four five six seven eight nine'.split(' ')

/** Fractions as decimals: "1/2" -> "0.5", "5½" (folded: "5 1⁄2") -> "5.5", "2/3" -> "0.666667". */
export function fractionsAsDecimals(text: string): string {
  return text.replace(WRITTEN, (written, whole: string | undefined, above: string, slash: string, below: string) => {
    const [numerator, denominator] = [Number(above), Number(below)]
    if (numerator >= denominator || (slash === '/' && !DENOMINATORS.has(denominator))) return written
    return decimal(Number(whole ?? 0) + numerator / denominator)
  })
}

/**
 * The fraction in words that starts at `at`, as a decimal: "half", "one third", "three quarters". "a third" and "quarter" alone mean
 * other things.
 */
export function fractionAt(words: readonly string[], at: number): { text: string; end: number } | undefined {
  if (words[at] === 'half') return { text: '0.5', end: at + 1 }
  const count = COUNTS.indexOf(words[at] ?? '') + 1 || (/^[1-9]$/.test(words[at] ?? '') ? Number(words[at]) : 0)
  if (count === 0) return undefined
  const part = words[at + 1] ?? ''
  if (count === 1 && part === 'half') return { text: '0.5', end: at + 2 }
  const below = PARTS[count === 1 ? part : part.replace(/s$/, '')]
  const isPlural = part.endsWith('s')
  if (below === undefined || count >= below || isPlural !== count > 1) return undefined
  return { text: decimal(count / below), end: at + 2 }
}

/** "and a half" after a number: 0.5. */
export function andAHalfAt(words: readonly string[], at: number): number | undefined {
  if (words[at] !== 'and') return undefined
  const next = /^(?:a|one)$/.test(words[at + 1] ?? '') ? at + 2 : at + 1
  return words[next] === 'half' ? next + 1 : undefined
}

function decimal(value: number): string {
  return String(Math.round(value * 1e6) / 1e6)
}
