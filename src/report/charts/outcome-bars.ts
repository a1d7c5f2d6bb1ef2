import { decimal } from '../numbers.js'
import { COLOUR } from './chart-style.js'
import type { Chart } from './render.js'

export interface OutcomeShares {
  label: string
  /** Percent; they add up to 100. */
  pc: number
  pw: number
  pr: number
}

/** Right answers start at the left edge and wrong ones end at the right edge, so that both can be compared by eye. */
const PARTS = [
  { key: 'pc', word: 'right', colour: COLOUR.right, on: COLOUR.onRight },
  { key: 'pr', word: 'refused', colour: COLOUR.refused, on: COLOUR.onRefused },
  { key: 'pw', word: 'wrong', colour: COLOUR.wrong, on: COLOUR.onWrong },
] as const

/** One bar per method: the shares of right, refused and wrong answers. */
export function outcomeBars(rows: readonly OutcomeShares[], caption: string): Chart {
  const values = rows.flatMap((row) => {
    let start = 0
    return PARTS.map(({ key, word, on }) => {
      const [from, to] = [start, start + row[key]]
      start = to
      return { label: row.label, word, from, to, middle: (from + to) / 2, share: row[key], text: decimal(row[key]), on }
    })
  })
  return {
    caption,
    alternative: rows
      .map(({ label, pc, pw, pr }) => `${label}: ${decimal(pc)} % right, ${decimal(pw)} % wrong, ${decimal(pr)} % refused`)
      .join('; '),
    draw: (width) => ({
      width,
      autosize: { type: 'fit-x', contains: 'padding' },
      height: 38 * rows.length,
      data: { values },
      encoding: {
        y: {
          field: 'label',
          type: 'nominal',
          sort: null,
          title: null,
          scale: { paddingInner: 0.28, paddingOuter: 0.1 },
          axis: { labelColor: COLOUR.ink, labelLimit: 180 },
        },
        x: {
          field: 'from',
          type: 'quantitative',
          scale: { domain: [0, 100], nice: false },
          title: 'percent of the questions',
          axis: { grid: false, values: [0, 25, 50, 75, 100] },
        },
      },
      layer: [
        {
          mark: { type: 'bar', stroke: COLOUR.page, strokeWidth: 1 },
          encoding: {
            x2: { field: 'to' },
            color: {
              field: 'word',
              type: 'nominal',
              sort: null,
              scale: { domain: PARTS.map(({ word }) => word), range: PARTS.map(({ colour }) => colour) },
              legend: { title: null },
            },
          },
        },
        {
          transform: [{ filter: `datum.share >= ${width > 500 ? 6 : 13}` }],
          mark: { type: 'text', baseline: 'middle', fontWeight: 600 },
          encoding: {
            x: { field: 'middle', type: 'quantitative' },
            text: { field: 'text' },
            color: { field: 'on', type: 'nominal', scale: null },
          },
        },
      ],
    }),
    table: {
      header: ['method', 'right %', 'wrong %', 'refused %'],
      rows: rows.map(({ label, pc, pw, pr }) => [label, decimal(pc), decimal(pw), decimal(pr)]),
    },
  }
}
