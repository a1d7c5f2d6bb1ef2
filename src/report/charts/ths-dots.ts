import type { Interval } from '../../evaluation/resampling/percentile.js'
import { bounds, signed } from '../numbers.js'
import { COLOUR } from './chart-style.js'
import type { Chart } from './render.js'

export interface ScoredSeed {
  method: string
  seed: number
  ths: number
  interval: Interval | null
}

/** THS of every method and seed as a dot; with one seed per method also its interval, with several their mean. */
export function thsDots(scores: readonly ScoredSeed[]): Chart {
  const methods = [...new Set(scores.map(({ method }) => method))]
  const several = methods.length < scores.length
  const means = methods.map((method) => {
    const of = scores.filter((score) => score.method === method)
    return { method, ths: of.reduce((sum, { ths }) => sum + ths, 0) / of.length }
  })
  const intervals = several
    ? []
    : scores.flatMap(({ method, interval }) => (interval === null ? [] : [{ method, low: interval[0], high: interval[1] }]))
  const values = [...scores.map(({ ths }) => ths), ...intervals.flatMap(({ low, high }) => [low, high]), 0]
  const domain = [Math.min(...values), Math.max(...values)]
  const y = {
    field: 'method',
    type: 'nominal' as const,
    sort: methods,
    title: null,
    axis: { labelColor: COLOUR.ink, labelLimit: 180 },
  }
  return {
    caption: several ? 'THS of every seed; the vertical line is the mean' : 'THS with its 95 % interval',
    alternative: several
      ? means.map(({ method, ths }) => `${method}: mean THS ${signed(ths)}`).join('; ')
      : scores.map(({ method, ths, interval }) => `${method}: THS ${signed(ths)} ${bounds(interval)}`).join('; '),
    draw: (width) => ({
      width,
      height: 28 * methods.length,
      autosize: { type: 'fit-x', contains: 'padding' },
      encoding: {
        x: {
          type: 'quantitative',
          scale: { domain, padding: 8 },
          title: 'THS, points; 0 is the initial model',
          axis: { tickCount: 6 },
        },
      },
      layer: [
        {
          data: { values: [{ zero: 0 }] },
          mark: { type: 'rule', color: COLOUR.quiet, strokeDash: [4, 3] },
          encoding: { x: { field: 'zero', type: 'quantitative' } },
        },
        {
          data: { values: intervals },
          mark: { type: 'rule', color: COLOUR.right, strokeWidth: 2 },
          encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' }, y },
        },
        {
          data: { values: several ? means : [] },
          mark: { type: 'tick', color: COLOUR.ink, thickness: 2.5, size: 20 },
          encoding: { x: { field: 'ths', type: 'quantitative' }, y },
        },
        {
          data: { values: [...scores] },
          mark: { type: 'circle', size: 70, color: COLOUR.right, opacity: several ? 0.75 : 1 },
          encoding: { x: { field: 'ths', type: 'quantitative' }, y },
        },
      ],
    }),
    table: {
      header: ['method', 'seed', 'THS', '95 % interval'],
      rows: scores.map(({ method, seed, ths, interval }) => [method, String(seed), signed(ths), bounds(interval)]),
    },
  }
}
