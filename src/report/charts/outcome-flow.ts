import type { OutcomeClass } from '../../evaluation/measures/outcome.js'
import { counted, whole } from '../numbers.js'
import { COLOUR } from './chart-style.js'
import type { Chart } from './render.js'

/** From top to bottom. */
export const PLACES: readonly OutcomeClass[] = ['right', 'refused', 'wrong']

/** How many questions went from one outcome of the initial model to one of the tuned model. */
export interface Flow {
  from: OutcomeClass
  to: OutcomeClass
  count: number
}

const COLOURS: Record<OutcomeClass, string> = { right: COLOUR.right, refused: COLOUR.refused, wrong: COLOUR.wrong }
/** Gap between the bands of one side, as a share of all questions. */
const GAP = 0.04
/** Width of the blocks on both sides, as a share of the chart's width. */
const BLOCK = 0.03
const STEPS = 24

/** Bands from the outcomes of the initial model to those of the tuned one; the thickness is the number of questions. */
export function outcomeFlow(flows: readonly Flow[], caption: string): Chart {
  const total = flows.reduce((sum, { count }) => sum + count, 0)
  const countOf = (side: 'from' | 'to', place: OutcomeClass) =>
    flows.filter((flow) => flow[side] === place).reduce((sum, { count }) => sum + count, 0)
  const present = flows.filter(({ count }) => count > 0)
  const blocks = (['from', 'to'] as const).flatMap((side) => {
    let top = 0
    return PLACES.flatMap((place) => {
      const count = countOf(side, place)
      if (count === 0) return []
      const block = { side, place, count, top, bottom: top + count / total, label: `${place} ${whole(count)}` }
      top = block.bottom + GAP
      return [block]
    })
  })
  const start = (side: 'from' | 'to', place: OutcomeClass) => blocks.find((block) => block.side === side && block.place === place)?.top ?? 0
  const taken = new Map(blocks.map(({ side, place, top }) => [`${side} ${place}`, top]))
  const bands = byTargetWithinSource(present).map((flow) => {
    const size = flow.count / total
    const from = taken.get(`from ${flow.from}`) ?? start('from', flow.from)
    const to = taken.get(`to ${flow.to}`) ?? start('to', flow.to)
    taken.set(`from ${flow.from}`, from + size)
    taken.set(`to ${flow.to}`, to + size)
    return { ...flow, name: `${flow.from} to ${flow.to}`, from: from, to: to, size, source: flow.from, target: flow.to }
  })
  const points = bands.flatMap(({ name, from, to, size, source, target }) =>
    Array.from({ length: STEPS + 1 }, (_, step) => {
      const share = step / STEPS
      const eased = share * share * (3 - 2 * share)
      const top = from + (to - from) * eased
      return { name, source, target, x: BLOCK + share * (1 - 2 * BLOCK), top, bottom: top + size }
    }),
  )
  const rects = blocks.map((block) => ({
    ...block,
    left: block.side === 'from' ? 0 : 1 - BLOCK,
    end: block.side === 'from' ? BLOCK : 1,
    middle: (block.top + block.bottom) / 2,
  }))
  const ends = Math.max(...rects.map(({ bottom }) => bottom))
  const colour = (field: string) => ({
    field,
    type: 'nominal' as const,
    scale: { domain: [...PLACES], range: PLACES.map((place) => COLOURS[place]) },
    legend: null,
  })
  const label = (side: 'from' | 'to', align: 'left' | 'right') => ({
    transform: [{ filter: `datum.side === '${side}'` }],
    data: { values: rects },
    mark: {
      type: 'text' as const,
      align,
      baseline: 'middle' as const,
      dx: align === 'left' ? 8 : -8,
      fontSize: 13,
      fontWeight: 600 as const,
    },
    encoding: {
      x: { field: side === 'from' ? 'left' : 'end', type: 'quantitative' as const },
      y: { field: 'middle', type: 'quantitative' as const },
      text: { field: 'label' },
    },
  })
  return {
    caption,
    alternative: `Of ${counted(total, 'question')}: ${present.map(({ from, to, count }) => `${whole(count)} ${from} before, ${to} now`).join('; ')}`,
    draw: (width) => {
      const margin = width > 500 ? 100 : 84
      return {
        width: width - 2 * margin,
        height: width > 500 ? 260 : 220,
        padding: { left: margin, right: margin, top: 4, bottom: 4 },
        autosize: 'none',
        encoding: {
          x: { type: 'quantitative', scale: { domain: [0, 1], nice: false }, axis: null },
          y: { type: 'quantitative', scale: { domain: [0, ends], reverse: true, nice: false }, axis: null },
        },
        layer: [
          {
            data: { values: points },
            mark: { type: 'area', fillOpacity: 0.42 },
            encoding: {
              x: { field: 'x', type: 'quantitative' },
              y: { field: 'top', type: 'quantitative' },
              y2: { field: 'bottom' },
              detail: { field: 'name' },
              color: colour('source'),
            },
          },
          {
            data: { values: rects },
            mark: { type: 'rect' },
            encoding: {
              x: { field: 'left', type: 'quantitative' },
              x2: { field: 'end' },
              y: { field: 'top', type: 'quantitative' },
              y2: { field: 'bottom' },
              color: colour('place'),
            },
          },
          { ...label('from', 'right') },
          { ...label('to', 'left') },
        ],
      }
    },
    table: {
      header: ['before', ...PLACES.map((place) => `${place} now`), 'all'],
      rows: [
        ...PLACES.map((from) => [
          from,
          ...PLACES.map((to) => whole(flows.find((flow) => flow.from === from && flow.to === to)?.count ?? 0)),
          whole(countOf('from', from)),
        ]),
        ['all', ...PLACES.map((to) => whole(countOf('to', to))), whole(total)],
      ],
    },
  }
}

/** Bands that leave a block in the order in which they arrive do not cross there. */
function byTargetWithinSource(flows: readonly Flow[]): Flow[] {
  return PLACES.flatMap((from) => PLACES.flatMap((to) => flows.filter((flow) => flow.from === from && flow.to === to)))
}
