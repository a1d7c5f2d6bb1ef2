/** Methods that were tried and are told of in docs/findings.md; what proved good is in src/rait. */
import type { Candidate, Choice, Group, Method, Needs, SelectionRequest } from 'grait'
import { groupBy } from '../src/group-by.js'
import { dot } from '../src/influence/feature-block.js'
import { inSubjectShares, subjectOf } from '../src/rait/subject-shares.js'
import { seededOrder } from '../src/seeded-hash.js'
import { centredRows } from './centred-rows.js'

type Key = (candidate: Candidate) => number

const NO_INFLUENCE = { influence: false }

/** Of every subject its share: the most correct known ones, the unknown ones of largest key; equal ones go by a seeded hash. */
function ofEverySubject(id: string, description: string, unknown: Key, needs: Needs): Method {
  return {
    id,
    description,
    version: 1,
    needs,
    select(candidates, request) {
      const taken = (group: Group, key: Key, count: number) => {
        const members = candidates.filter((candidate) => candidate.group === group)
        return subjectAfterSubject(ordered(members, key, request), count, request.seed).map(
          (candidate): Choice => ({ id: candidate.id, group, target: group === 'ik' ? 'gold' : 'refusal', weight: 1 }),
        )
      }
      return { chosen: [...taken('ik', correctness, request.known), ...taken('idk', unknown, request.unknown)], notes: [] }
    },
  }
}

function ordered(members: readonly Candidate[], key: Key | 'random', { seed }: SelectionRequest): Candidate[] {
  const shuffled = seededOrder([...members], seed, ({ id }) => id)
  return key === 'random' ? shuffled : shuffled.sort((a, b) => key(b) - key(a))
}

/** The shares of the subjects, one subject after the other. */
function subjectAfterSubject(order: readonly Candidate[], count: number, seed: number): Candidate[] {
  if (order.length <= count) return [...order]
  return [...groupBy(inSubjectShares(order, count, seed), subjectOf).values()].flat()
}

const correctness: Key = ({ correctness }) => correctness
const lowCorrectness: Key = ({ correctness, certainty }) => -correctness - certainty / 1000
const difference: Key = ({ refusalInfluence, overRefusalInfluence }) => (refusalInfluence ?? 0) - (overRefusalInfluence ?? 0)

export const bySubjectSure = ofEverySubject(
  'by-subject-sure',
  'surest known and least known of every subject',
  lowCorrectness,
  NO_INFLUENCE,
)
export const bySubjectDifference = ofEverySubject(
  'by-subject-difference',
  'of every subject the refusals whose influence on the unknown exceeds that on the known most',
  difference,
  { influence: true },
)

/** Unknown questions that the model sometimes answers right are taught, not refused. */
export const promoted: Method = {
  id: 'promoted',
  description: 'random questions that the model answers right at least once, gold; random ones it never does, refused',
  version: 1,
  needs: NO_INFLUENCE,
  select(candidates, request) {
    const taken = (members: readonly Candidate[], target: 'gold' | 'refusal', count: number) =>
      ordered(members, 'random', request)
        .slice(0, count)
        .map(({ id, group }): Choice => ({ id, group, target, weight: 1 }))
    const answerable = candidates.filter(({ correctness }) => correctness > 0)
    const hopeless = candidates.filter(({ correctness }) => correctness === 0)
    return { chosen: [...taken(answerable, 'gold', request.known), ...taken(hopeless, 'refusal', request.unknown)], notes: [] }
  },
}

/** Equal shares of the refusals for every subject that has so many, random inside; known ones at random. */
export const evenSubjects: Method = {
  id: 'even-subjects',
  description: 'random known ones; as many refusals of each subject, random inside',
  version: 1,
  needs: NO_INFLUENCE,
  select(candidates, request) {
    const members = (group: Group) =>
      ordered(
        candidates.filter((candidate) => candidate.group === group),
        'random',
        request,
      )
    const turn = new Map<string, number>()
    const turns = members('idk').map((candidate) => {
      const subject = subjectOf(candidate)
      turn.set(subject, (turn.get(subject) ?? 0) + 1)
      return { candidate, turn: turn.get(subject) as number }
    })
    const refused = turns.sort((a, b) => a.turn - b.turn).slice(0, request.unknown)
    return {
      chosen: [
        ...members('ik')
          .slice(0, request.known)
          .map(({ id, group }): Choice => ({ id, group, target: 'gold', weight: 1 })),
        ...refused.map(({ candidate: { id, group } }): Choice => ({ id, group, target: 'refusal', weight: 1 })),
      ],
      notes: [],
    }
  },
}

/**
 * Facility location: refusals picked one by one, each for how much nearer it brings the picked ones to all of D_idk, in
 * gradients from which what all have in common is taken; nearness to D_ik counts against it, times `guard`.
 */
export function covering(id: string, guard: number): Method {
  return {
    id,
    description: `refusals whose gradients cover those of all unknown questions; known ones guarded by ${guard}`,
    version: 1,
    needs: { influence: true, features: 'refusals' },
    select(candidates, request) {
      const { features } = request
      if (features === undefined) throw new Error('no features')
      const rows = centredRows(features.refusals)
      const idk = ordered(
        candidates.filter((candidate) => candidate.group === 'idk' && rows.has(candidate.id)),
        'random',
        request,
      )
      const ik = ordered(
        candidates.filter((candidate) => candidate.group === 'ik'),
        'random',
        request,
      )
      const picked = coveringOrder(
        idk.map((candidate) => rows.get(candidate.id) as Float32Array),
        ik.flatMap((candidate) => rows.get(candidate.id) ?? []),
        request.unknown,
        guard,
      )
      return {
        chosen: [
          ...ik.slice(0, request.known).map(({ id, group }): Choice => ({ id, group, target: 'gold', weight: 1 })),
          ...picked.map((index): Choice => ({ id: idk[index]!.id, group: 'idk', target: 'refusal', weight: 1 })),
        ],
        notes: [],
      }
    },
  }
}

function coveringOrder(offered: readonly Float32Array[], guarded: readonly Float32Array[], count: number, guard: number): number[] {
  const near = (a: Float32Array, b: Float32Array) => Math.max(0, dot(a, b))
  const covers = offered.map((row) => offered.map((other) => near(row, other)))
  const harms = offered.map((row) => guarded.map((other) => near(row, other)))
  const covered = new Float64Array(offered.length)
  const harmed = new Float64Array(guarded.length)
  const gain = (values: readonly number[], reached: Float64Array) =>
    values.reduce((sum, value, i) => sum + Math.max(0, value - reached[i]!), 0)
  const picked: number[] = []
  while (picked.length < Math.min(count, offered.length)) {
    let [best, most] = [-1, -Infinity]
    for (let i = 0; i < offered.length; i++) {
      if (picked.includes(i)) continue
      const score = gain(covers[i]!, covered) / offered.length - (guard * gain(harms[i]!, harmed)) / Math.max(1, guarded.length)
      if (score > most) [best, most] = [i, score]
    }
    picked.push(best)
    covers[best]!.forEach((value, i) => {
      covered[i] = Math.max(covered[i]!, value)
    })
    harms[best]!.forEach((value, i) => {
      harmed[i] = Math.max(harmed[i]!, value)
    })
  }
  return picked
}
