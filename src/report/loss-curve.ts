const WIDTH = 640
const HEIGHT = 180
const LEFT = 50
const BOTTOM = 26

/** Loss by optimizer step as static SVG with a text alternative. */
export function lossCurve(losses: readonly number[]): string {
  const finite = losses.filter(Number.isFinite)
  if (finite.length < 2) return '<p>Too few steps to draw.</p>'
  const top = Math.max(...finite)
  const x = (step: number) => LEFT + (step / (losses.length - 1)) * (WIDTH - LEFT - 10)
  const y = (loss: number) => 10 + (1 - loss / top) * (HEIGHT - BOTTOM - 10)
  const points = losses.flatMap((loss, step) => (Number.isFinite(loss) ? [`${x(step).toFixed(1)},${y(loss).toFixed(1)}`] : []))
  const label = `loss over ${losses.length} steps, from ${(finite[0] as number).toFixed(3)} to ${(finite.at(-1) as number).toFixed(3)}`
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" role="img" aria-label="${label}" font-family="system-ui, sans-serif" font-size="12">
<line x1="${LEFT}" y1="${y(0)}" x2="${WIDTH - 10}" y2="${y(0)}" stroke="currentColor"/>
<text x="${LEFT - 6}" y="${y(top) + 4}" text-anchor="end" fill="currentColor">${top.toFixed(2)}</text>
<text x="${LEFT - 6}" y="${y(0) + 4}" text-anchor="end" fill="currentColor">0</text>
<text x="${WIDTH - 10}" y="${HEIGHT - 6}" text-anchor="end" fill="currentColor">step ${losses.length}</text>
<polyline points="${points.join(' ')}" fill="none" stroke="#2a7f62" stroke-width="2"/>
</svg>
<p>Loss by optimizer step.</p>`
}
