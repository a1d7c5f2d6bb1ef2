import { decimal } from '../numbers.js'
import { COLOUR } from './chart-style.js'
import type { Chart } from './render.js'

export interface SelectiveModel {
  method: string
  /** Answered questions and wrong answers among them, percent, if only the most confident answers are given. */
  points: readonly { coverage: number; risk: number }[]
  /** With all of its own answers. */
  coverage: number
  risk: number
}

/** The risk of the first few answers jumps with each of them. */
const SETTLED = 3
/** More names would lie on each other. */
const NAMED = 6

/** How often the initial model and each tuned one are wrong, by the share of questions that they answer. */
export function selectiveRisk(initial: SelectiveModel, models: readonly SelectiveModel[]): Chart {
  const drawn = (model: SelectiveModel) =>
    model.points
      .filter(({ coverage }) => coverage >= SETTLED || coverage === model.coverage)
      .map((point) => ({ ...point, method: model.method }))
  const ends = models.map(({ method, coverage, risk }) => ({ method, coverage, risk }))
  const ofInitial = (share: number) => initial.points.find(({ coverage }) => coverage >= share)?.risk ?? initial.risk
  const x = { field: 'coverage', type: 'quantitative' as const }
  const y = { field: 'risk', type: 'quantitative' as const }
  return {
    caption: `Wrong answers by the share of questions answered, surest first. Black: ${initial.method}; blue: the others, each with a dot where all of its answers are given`,
    alternative: ends
      .map(
        ({ method, coverage, risk }) =>
          `${method} answers ${decimal(coverage)} % and ${decimal(risk)} % of these wrong; ${initial.method} would answer ${decimal(ofInitial(coverage))} % of as many wrong`,
      )
      .join('; '),
    draw: (width) => ({
      width,
      height: 240,
      autosize: { type: 'fit-x', contains: 'padding' },
      encoding: {
        x: { ...x, scale: { domain: [0, 100] }, title: 'percent answered, surest first', axis: { grid: false, tickCount: 5 } },
        y: { ...y, scale: { domainMin: 0 }, title: 'percent wrong of these', axis: { tickCount: 4 } },
      },
      layer: [
        {
          data: { values: models.flatMap(drawn) },
          mark: { type: 'line', color: COLOUR.right, strokeWidth: 1.5, opacity: 0.6 },
          encoding: { detail: { field: 'method', type: 'nominal' } },
        },
        { data: { values: drawn(initial) }, mark: { type: 'line', color: COLOUR.ink, strokeWidth: 2.5 } },
        { data: { values: ends }, mark: { type: 'circle', size: 90, color: COLOUR.right, opacity: 1 } },
        {
          data: { values: ends.length <= NAMED ? ends : [] },
          mark: { type: 'text', align: 'right', dx: -9, dy: 12, color: COLOUR.ink },
          encoding: { text: { field: 'method', type: 'nominal' } },
        },
      ],
    }),
    table: {
      header: ['method', 'answered', 'wrong of these', `wrong of as many of ${initial.method}`],
      rows: ends.map(({ method, coverage, risk }) => [
        method,
        `${decimal(coverage)} %`,
        `${decimal(risk)} %`,
        `${decimal(ofInitial(coverage))} %`,
      ]),
    },
  }
}
