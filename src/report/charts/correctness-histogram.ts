import { counted, decimal, whole } from '../numbers.js'
import { COLOUR } from './chart-style.js'
import type { Chart } from './render.js'

const BINS = 20

/** Histogram of the initial model's correctness over the questions, divided at T_c. */
export function correctnessHistogram(correctness: readonly number[], threshold: number): Chart {
  const bars = barsOf(correctness, threshold)
  const known = correctness.filter((value) => value >= threshold).length
  const unknown = correctness.length - known
  const border = { values: [{ threshold: bars.find(({ group }) => group === 'known')?.low ?? threshold, text: `threshold ${threshold}` }] }
  return {
    caption: `What the initial model knows: correctness of ${counted(correctness.length, 'training question')}`,
    alternative: `Histogram of correctness. ${whole(unknown)} questions are below the threshold of ${threshold} and count as unknown; ${whole(known)} are at or above it and count as known.`,
    draw: (width) => ({
      width,
      height: 190,
      autosize: { type: 'fit-x', contains: 'padding' },
      layer: [
        {
          data: { values: bars },
          mark: { type: 'rect', stroke: COLOUR.page, strokeWidth: 1 },
          encoding: {
            x: {
              field: 'low',
              type: 'quantitative',
              scale: { domain: [Math.min(0, ...bars.map(({ low }) => low)), Math.max(1, ...bars.map(({ high }) => high))], nice: false },
              title: 'correctness',
              axis: { grid: false, values: [0, 0.25, 0.5, 0.75, 1], format: '.2~f' },
            },
            x2: { field: 'high' },
            y2: { datum: 0 },
            y: { field: 'count', type: 'quantitative', title: 'questions', axis: { tickCount: 4, tickMinStep: 1 } },
            color: {
              field: 'group',
              type: 'nominal',
              sort: null,
              scale: { domain: ['unknown', 'known'], range: [COLOUR.wrong, COLOUR.right] },
              legend: { title: null },
            },
          },
        },
        {
          data: border,
          mark: { type: 'rule', strokeDash: [4, 3], color: COLOUR.ink },
          encoding: { x: { field: 'threshold', type: 'quantitative' } },
        },
        {
          data: border,
          mark: { type: 'text', align: 'left', baseline: 'top', dx: 5 },
          encoding: { x: { field: 'threshold', type: 'quantitative' }, y: { value: 2 }, text: { field: 'text' } },
        },
      ],
    }),
    table: {
      header: ['correctness', 'questions', 'group'],
      rows: bars.map(({ name, count, group }) => [name, whole(count), group]),
    },
  }
}

interface Bar {
  name: string
  low: number
  high: number
  count: number
  group: 'known' | 'unknown'
}

/** Shares of a few samples take few values: then one bar per value. Otherwise bins, one of which ends at the threshold. */
function barsOf(correctness: readonly number[], threshold: number): Bar[] {
  const distinct = [...new Set(correctness)].sort((a, b) => a - b)
  const group = (value: number) => (value >= threshold ? 'known' : 'unknown')
  if (distinct.length <= BINS + 1) {
    const steps = distinct.slice(1).map((value, index) => value - (distinct[index] as number))
    const half = Math.min(0.05, ...steps.map((step) => step / 2))
    return distinct.map((value) => ({
      name: decimal(value, 2),
      low: value - half,
      high: value + half,
      count: correctness.filter((other) => other === value).length,
      group: group(value),
    }))
  }
  const below = Math.max(1, Math.min(BINS - 1, Math.round(threshold * BINS)))
  const edges = [
    ...Array.from({ length: below }, (_, index) => (index * threshold) / below),
    ...Array.from({ length: BINS - below + 1 }, (_, index) => threshold + (index * (1 - threshold)) / (BINS - below)),
  ]
  return edges.slice(0, -1).map((low, index) => {
    const high = edges[index + 1] as number
    const last = index === edges.length - 2
    const inside = correctness.filter((value) => value >= low && (last || value < high))
    return { name: `${decimal(low, 2)} to ${decimal(high, 2)}`, low, high, count: inside.length, group: group(low) }
  })
}
