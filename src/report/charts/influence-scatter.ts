import { evenly } from '../evenly.js'
import { counted, decimal, whole } from '../numbers.js'
import { COLOUR } from './chart-style.js'
import type { Chart } from './render.js'

export interface InfluencePoint {
  id: string
  correctness: number
  refusalInfluence: number
  selected: boolean
}

/** Maximum number of points of each kind: more make the page large without showing more. */
const DRAWN = 600

/** Refusal influence against correctness of the unknown questions, with the selected ones marked. */
export function influenceScatter(points: readonly InfluencePoint[]): Chart {
  const chosen = points.filter(({ selected }) => selected)
  const others = points.filter(({ selected }) => !selected)
  const drawn = [...evenly(others, DRAWN), ...evenly(chosen, DRAWN)].map((point, index) => ({
    correctness: point.correctness + spread(index) * room(points),
    influence: point.refusalInfluence,
    kind: point.selected ? 'chosen' : 'not chosen',
  }))
  const left = points.length - drawn.length
  const rows = (
    [
      ['chosen', chosen],
      ['not chosen', others],
    ] as const
  ).map(([kind, members]) => [kind, whole(members.length), ...summary(members)])
  return {
    caption: `Refusal influence and correctness of the unknown questions${left > 0 ? `; ${whole(drawn.length)} of ${whole(points.length)} drawn` : ''}`,
    alternative: `${counted(points.length, 'unknown question')} by correctness and refusal influence. ${rows
      .map(([kind, count, mean]) => `${count} ${kind}, mean refusal influence ${mean}`)
      .join('; ')}.`,
    draw: (width) => ({
      width,
      height: width > 500 ? 250 : 220,
      autosize: { type: 'fit-x', contains: 'padding' },
      data: { values: drawn },
      mark: { type: 'circle', size: 26, opacity: 0.75 },
      encoding: {
        x: { field: 'correctness', type: 'quantitative', title: 'correctness', axis: { grid: false, tickCount: 6 } },
        y: {
          field: 'influence',
          type: 'quantitative',
          scale: { zero: false },
          title: 'refusal influence',
          axis: { tickCount: 5 },
        },
        color: {
          field: 'kind',
          type: 'nominal',
          sort: null,
          scale: { domain: ['chosen', 'not chosen'], range: [COLOUR.right, COLOUR.refused] },
          legend: { title: null },
        },
      },
    }),
    table: { header: ['', 'questions', 'mean influence', 'lowest', 'highest', 'mean correctness'], rows },
  }
}

function summary(points: readonly InfluencePoint[]): string[] {
  if (points.length === 0) return ['–', '–', '–', '–']
  const influence = points.map(({ refusalInfluence }) => refusalInfluence)
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const extreme = (better: (a: number, b: number) => boolean) => influence.reduce((best, value) => (better(value, best) ? value : best))
  return [
    decimal(mean(influence), 3),
    decimal(
      extreme((a, b) => a < b),
      3,
    ),
    decimal(
      extreme((a, b) => a > b),
      3,
    ),
    decimal(mean(points.map(({ correctness }) => correctness)), 2),
  ]
}

/** Between -1 and 1, evenly filled (golden-ratio sequence), so that points with the same correctness do not hide each other. */
function spread(index: number): number {
  return 2 * ((index * 0.618033988749895) % 1) - 1
}

/** How far a point may be shifted from its correctness: a third of the distance to the next value if there are few values. */
function room(points: readonly InfluencePoint[]): number {
  const distinct = [...new Set(points.map(({ correctness }) => correctness))].sort((a, b) => a - b)
  if (distinct.length > 30) return 0
  return Math.min(0.03, ...distinct.slice(1).map((value, index) => (value - (distinct[index] as number)) / 3))
}
