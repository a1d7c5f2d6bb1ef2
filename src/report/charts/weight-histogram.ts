import { counted, decimal, whole } from '../numbers.js'
import { COLOUR } from './chart-style.js'
import type { Chart } from './render.js'

const BINS = 24

/** Histogram of the loss weights of the selected unknown questions. */
export function weightHistogram(weights: readonly number[]): Chart {
  const [low, high] = [Math.min(...weights), Math.max(...weights)]
  const width = (high - low) / BINS
  const bars = Array.from({ length: BINS }, (_, index) => {
    const [from, to] = [low + index * width, low + (index + 1) * width]
    const last = index === BINS - 1
    return { from, to, count: weights.filter((weight) => weight >= from && (last || weight < to)).length }
  })
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length
  return {
    caption: `Weights of the ${counted(weights.length, 'refusal')}`,
    alternative: `Histogram of the weights of ${counted(weights.length, 'refusal')}, from ${decimal(low, 3)} to ${decimal(high, 3)}, mean ${decimal(mean, 3)}.`,
    draw: (size) => ({
      width: size,
      height: 140,
      autosize: { type: 'fit-x', contains: 'padding' },
      layer: [
        {
          data: { values: bars },
          mark: { type: 'rect', color: COLOUR.refused, stroke: COLOUR.page, strokeWidth: 1 },
          encoding: {
            x: {
              field: 'from',
              type: 'quantitative',
              scale: { domain: [low, high], nice: false },
              title: 'weight in the loss (a right answer counts 1)',
              axis: { grid: false, tickCount: 6 },
            },
            x2: { field: 'to' },
            y2: { datum: 0 },
            y: { field: 'count', type: 'quantitative', title: 'refusals', axis: { tickCount: 4, tickMinStep: 1 } },
          },
        },
        {
          data: { values: [{ mean, text: `mean ${decimal(mean, 2)}` }] },
          mark: { type: 'rule', strokeDash: [4, 3], color: COLOUR.ink },
          encoding: { x: { field: 'mean', type: 'quantitative' } },
        },
        {
          data: { values: [{ mean, text: `mean ${decimal(mean, 2)}` }] },
          mark: { type: 'text', align: 'left', baseline: 'top', dx: 5 },
          encoding: { x: { field: 'mean', type: 'quantitative' }, y: { value: 2 }, text: { field: 'text' } },
        },
      ],
    }),
    table: {
      header: ['weight', 'refusals'],
      rows: bars.filter(({ count }) => count > 0).map(({ from, to, count }) => [`${decimal(from, 3)} to ${decimal(to, 3)}`, whole(count)]),
    },
  }
}
