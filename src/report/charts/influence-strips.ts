import { evenly } from '../evenly.js'
import { counted, decimal, whole } from '../numbers.js'
import { COLOUR } from './chart-style.js'
import type { InfluencePoint } from './influence-scatter.js'
import type { Chart } from './render.js'

/** Number of subjects with their own strip; the smaller ones share the last strip. */
const STRIPS = 14
const DRAWN = 60

/** Refusal influence of the unknown questions, one strip per subject, with the selected ones marked; shows an unbalanced selection. */
export function influenceStrips(points: readonly (InfluencePoint & { subject: string })[]): Chart {
  const strips = stripsOf(points)
  const values = strips.flatMap(({ subject, members }) =>
    [false, true].flatMap((selected) =>
      evenly(
        members.filter((member) => member.selected === selected),
        DRAWN,
      ).map(({ refusalInfluence }) => ({ subject, influence: refusalInfluence, kind: selected ? 'chosen' : 'not chosen' })),
    ),
  )
  const chosenOf = (members: readonly InfluencePoint[]) => members.filter(({ selected }) => selected).length
  return {
    caption: 'Refusal influence by subject',
    alternative: `Refusal influence of the unknown questions of ${counted(strips.length, 'subject')}; chosen out of all: ${strips
      .map(({ subject, members }) => `${subject} ${chosenOf(members)} of ${members.length}`)
      .join(', ')}.`,
    draw: (width) => ({
      width,
      height: 22 * strips.length,
      autosize: { type: 'fit-x', contains: 'padding' },
      data: { values },
      mark: { type: 'tick', thickness: 2, size: 14, opacity: 0.8 },
      encoding: {
        x: { field: 'influence', type: 'quantitative', scale: { zero: false }, title: 'refusal influence', axis: { tickCount: 5 } },
        y: {
          field: 'subject',
          type: 'nominal',
          sort: null,
          title: null,
          axis: { labelColor: COLOUR.ink, labelLimit: width > 500 ? 180 : 130 },
        },
        color: {
          field: 'kind',
          type: 'nominal',
          sort: null,
          scale: { domain: ['chosen', 'not chosen'], range: [COLOUR.right, COLOUR.refused] },
          legend: { title: null, symbolType: 'square' },
        },
      },
    }),
    table: {
      header: ['subject', 'unknown', 'chosen', 'mean influence', 'of the chosen'],
      rows: strips.map(({ subject, members }) => [
        subject,
        whole(members.length),
        whole(chosenOf(members)),
        meanInfluence(members),
        meanInfluence(members.filter(({ selected }) => selected)),
      ]),
    },
  }
}

function stripsOf<T extends InfluencePoint & { subject: string }>(points: readonly T[]): { subject: string; members: T[] }[] {
  const bySubject = new Map<string, T[]>()
  for (const point of points) {
    const members = bySubject.get(point.subject)
    if (members === undefined) bySubject.set(point.subject, [point])
    else members.push(point)
  }
  const strips = [...bySubject]
    .map(([subject, members]) => ({ subject, members }))
    .sort((a, b) => b.members.length - a.members.length || (a.subject < b.subject ? -1 : 1))
  if (strips.length <= STRIPS) return strips
  const rest = strips.slice(STRIPS - 1)
  return [...strips.slice(0, STRIPS - 1), { subject: `${rest.length} smaller subjects`, members: rest.flatMap(({ members }) => members) }]
}

function meanInfluence(members: readonly InfluencePoint[]): string {
  return decimal(members.length === 0 ? null : members.reduce((sum, member) => sum + member.refusalInfluence, 0) / members.length, 3)
}
