import { surestFirst } from '../../evaluation/measures/risk-coverage.js'
import { decimal } from '../numbers.js'
import { COLOUR } from './chart-style.js'
import type { Chart } from './render.js'

const DRAWN = 200

/** The share of wrong answers if a model gave only its most confident ones. */
export function riskCoverage(questions: readonly { certainty: number; correctness: number }[]): Chart {
  const curve = curveOf(questions)
  const all = curve.at(-1)?.risk ?? 0
  const at = (coverage: number) => curve.find((point) => point.coverage >= coverage)?.risk ?? all
  const shares = [0.1, 0.25, 0.5, 0.75, 1]
  return {
    caption: 'Wrong answers if the model answered only what it is surest of (training questions, initial model)',
    alternative: `Risk by coverage: ${shares.map((share) => `answering ${100 * share} %, ${decimal(100 * at(share))} % wrong`).join('; ')}.`,
    draw: (width) => ({
      width,
      height: 180,
      autosize: { type: 'fit-x', contains: 'padding' },
      data: { values: drawnOf(curve).map(({ coverage, risk }) => ({ coverage: 100 * coverage, risk: 100 * risk, chance: 100 * all })) },
      encoding: {
        x: {
          field: 'coverage',
          type: 'quantitative',
          scale: { domain: [0, 100] },
          title: 'percent answered, surest first',
          axis: { grid: false, tickCount: 5 },
        },
      },
      layer: [
        {
          mark: { type: 'line', color: COLOUR.quiet, strokeDash: [4, 3], strokeWidth: 1 },
          encoding: { y: { field: 'chance', type: 'quantitative' } },
        },
        {
          mark: { type: 'line', color: COLOUR.wrong, strokeWidth: 2.5 },
          encoding: {
            y: { field: 'risk', type: 'quantitative', scale: { domainMin: 0 }, title: 'percent wrong of these', axis: { tickCount: 4 } },
          },
        },
      ],
    }),
    table: {
      header: ['answered', 'wrong of these'],
      rows: shares.map((share) => [`${100 * share} %`, `${decimal(100 * at(share))} %`]),
    },
  }
}

interface Point {
  coverage: number
  risk: number
}

function curveOf(questions: readonly { certainty: number; correctness: number }[]): Point[] {
  const curve = surestFirst(questions.map(({ certainty, correctness }) => ({ confidence: certainty, wrong: 1 - correctness })))
  return curve.map(({ covered, wrong }) => ({ coverage: covered / questions.length, risk: wrong / covered }))
}

/** The risk over the first few questions is very noisy, so the line starts at a fiftieth. */
function drawnOf(curve: readonly Point[]): Point[] {
  const settled = curve.filter(({ coverage }) => coverage >= 0.02)
  const every = Math.max(1, Math.ceil(settled.length / DRAWN))
  return settled.filter((_, index) => index % every === 0 || index === settled.length - 1)
}
