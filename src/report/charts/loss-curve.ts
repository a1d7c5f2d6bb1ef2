import { counted, decimal, whole } from '../numbers.js'
import { COLOUR } from './chart-style.js'
import type { Chart } from './render.js'

/** Maximum number of points of the line; longer trainings are averaged down to it. */
const DRAWN = 300
const TABLE_ROWS = 12

/** Loss by optimizer step, and its running mean. */
export function lossCurve(losses: readonly number[]): Chart {
  const steps = losses.flatMap((loss, index) => (Number.isFinite(loss) ? [{ step: index + 1, loss }] : []))
  const drawn = averaged(steps, DRAWN)
  const smooth = runningMean(drawn)
  const ends = `from ${decimal(smooth[0]?.loss ?? null, 2)} to ${decimal(smooth.at(-1)?.loss ?? null, 2)}`
  return {
    caption: `Loss of the tuning over ${counted(losses.length, 'step')}; the thick line is the running mean`,
    alternative: `Loss by optimizer step; its running mean over ${counted(losses.length, 'step')} goes ${ends}.`,
    draw: (width) => ({
      width,
      height: 180,
      autosize: { type: 'fit-x', contains: 'padding' },
      encoding: {
        x: {
          field: 'step',
          type: 'quantitative',
          title: 'optimizer step',
          scale: { nice: false, zero: false },
          axis: { grid: false, tickCount: 6, tickMinStep: 1 },
        },
        y: { field: 'loss', type: 'quantitative', title: 'loss', axis: { tickCount: 4 } },
      },
      layer: [
        { data: { values: drawn }, mark: { type: 'line', color: COLOUR.refused, strokeWidth: 1 } },
        { data: { values: smooth }, mark: { type: 'line', color: COLOUR.right, strokeWidth: 2.5 } },
      ],
    }),
    table: {
      header: ['steps', 'mean loss'],
      rows: averaged(steps, TABLE_ROWS).map(({ first, last, loss }) => [
        first === last ? whole(first) : `${whole(first)} to ${whole(last)}`,
        decimal(loss, 3),
      ]),
    },
  }
}

interface Point {
  step: number
  loss: number
}

/** Means of at most `count` equal segments. */
function averaged(points: readonly Point[], count: number): (Point & { first: number; last: number })[] {
  const stretches = Math.min(count, points.length)
  return Array.from({ length: stretches }, (_, index) => {
    const part = points.slice(Math.floor((index * points.length) / stretches), Math.floor(((index + 1) * points.length) / stretches))
    const mean = (of: (point: Point) => number) => part.reduce((sum, point) => sum + of(point), 0) / part.length
    return {
      step: mean(({ step }) => step),
      loss: mean(({ loss }) => loss),
      first: (part[0] as Point).step,
      last: (part.at(-1) as Point).step,
    }
  })
}

/** Mean over a window of a tenth of the points, smaller at both ends. */
function runningMean(points: readonly Point[]): Point[] {
  const reach = Math.max(1, Math.round(points.length / 20))
  return points.map(({ step }, index) => {
    const around = Math.min(reach, index, points.length - 1 - index)
    const part = points.slice(index - around, index + around + 1)
    return { step, loss: part.reduce((sum, { loss }) => sum + loss, 0) / part.length }
  })
}
