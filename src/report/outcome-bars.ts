import { escapeHtml } from './html-page.js'

export interface OutcomeShares {
  label: string
  /** Percent; they add up to 100. */
  pc: number
  pw: number
  pr: number
}

const COLOURS = { pc: '#2a7f62', pw: '#b5473c', pr: '#8a8f98' }
const WORDS = { pc: 'right', pw: 'wrong', pr: 'refused' }

/** Stacked horizontal bars of right, wrong and refused answers as static SVG with a text alternative. */
export function outcomeBars(rows: readonly OutcomeShares[]): string {
  const height = rows.length * 34 + 30
  const alternative = rows
    .map((row) => `${row.label}: ${row.pc.toFixed(1)} % right, ${row.pw.toFixed(1)} % wrong, ${row.pr.toFixed(1)} % refused`)
    .join('; ')
  const bars = rows.map((row, index) => {
    let x = 130
    const parts = (['pc', 'pw', 'pr'] as const).map((key) => {
      const width = row[key] * 5
      const text =
        width > 40
          ? `<text x="${(x + width / 2).toFixed(1)}" y="${index * 34 + 20}" text-anchor="middle" fill="#fff">${row[key].toFixed(1)}</text>`
          : ''
      const rect = `<rect x="${x.toFixed(1)}" y="${index * 34 + 4}" width="${width.toFixed(1)}" height="24" fill="${COLOURS[key]}"/>${text}`
      x += width
      return rect
    })
    return `<text x="122" y="${index * 34 + 20}" text-anchor="end" fill="currentColor">${escapeHtml(row.label)}</text>${parts.join('')}`
  })
  const legend = (['pc', 'pw', 'pr'] as const).map(
    (key, index) =>
      `<rect x="${130 + index * 110}" y="${height - 18}" width="12" height="12" fill="${COLOURS[key]}"/><text x="${148 + index * 110}" y="${height - 7}" fill="currentColor">${WORDS[key]}</text>`,
  )
  return `<svg viewBox="0 0 640 ${height}" width="640" role="img" aria-label="${escapeHtml(alternative)}" font-family="system-ui, sans-serif" font-size="13">${bars.join('')}${legend.join('')}</svg>`
}
