import { type Candidate, type Method, methodById, type Selection, type SelectionRequest } from 'grait'
import { groupBy } from '../src/group-by.js'
import { largestRemainder } from '../src/largest-remainder.js'
import { withoutRisen } from '../src/rait/flow-filter.js'
import { subjectOf } from '../src/rait/subject-shares.js'
import { meanCorrectness } from './mean-correctness.js'

const contrast = methodById('grait-contrast')

/** Refusing what the tuning would have taught costs contrast what it gains: those that rise in the rehearsed model are left out. */
export const contrastWithoutRisen: Method = {
  id: 'contrast-without-risen',
  description: 'grait-contrast, without the unknown questions that rehearsal makes better known',
  version: 1,
  needs: { influence: true, flow: true },
  select: leavingOutRisen((kept, _, request) => contrast.select(kept, request)),
}

/**
 * An answer gains THS where it is right more often than the initial model's answers are, Pc / (Pc + Pw) of them: a subject above that
 * is answered as a whole, and only the others are refused, each by contrast.
 */
export const contrastBelowAverage: Method = {
  id: 'contrast-below-average',
  description: 'grait-contrast, with refusals only of subjects that are known worse than all together',
  version: 1,
  needs: { influence: true },
  select(candidates, request) {
    const average = meanCorrectness(candidates)
    const below = [...groupBy(candidates, subjectOf).values()].filter((members) => meanCorrectness(members) < average)
    return contrast.select(knownAnd(new Set(below.flat()), candidates), request)
  },
}

/**
 * A subject of which nothing is known is soon refused as a whole; where some is known there is more to be taught. So a subject's
 * share of the refusals goes with n_ik n_idk / (n_ik + n_idk) instead of n_idk, and at least with `LEAST`.
 */
export const contrastAtBoundary: Method = {
  id: 'contrast-at-boundary',
  description: 'grait-contrast, with more refusals of the subjects that are known in part',
  version: 1,
  needs: { influence: true },
  select: (candidates, request) => atBoundary(candidates, candidates, request),
}

/** Both: those that rise count as known, for the shares, and are not refused. */
export const contrastLearnable: Method = {
  id: 'contrast-learnable',
  description: 'contrast-at-boundary, without the unknown questions that rehearsal makes better known',
  version: 1,
  needs: { influence: true, flow: true },
  select: leavingOutRisen(atBoundary),
}

const LEAST = 4

/** @param offered those that may be chosen, @param all with those that are neither refused nor trained on: answered, it is hoped */
function atBoundary(offered: readonly Candidate[], all: readonly Candidate[], request: SelectionRequest): Selection {
  const refusable = offered.filter(({ group }) => group === 'idk')
  const { chosen, notes } = contrast.select(offered, { ...request, unknown: refusable.length })
  const subjects = new Map(offered.map((candidate) => [candidate.id, subjectOf(candidate)]))
  const size = new Map([...groupBy(all, subjectOf)].map(([subject, members]) => [subject, members.length]))
  const shares = [...groupBy(refusable, subjectOf)].map(([subject, { length: idk }]) => {
    const whole = size.get(subject) as number
    return { subject, share: Math.max(Math.min(LEAST, idk), (idk * (whole - idk)) / whole) }
  })
  const total = shares.reduce((sum, { share }) => sum + share, 0)
  const scaled = shares.map(({ subject, share }) => ({ subject, share: (share * request.unknown) / total }))
  const quotas = largestRemainder(scaled, request.unknown, request.seed)
  const refusals = chosen.filter(({ group }) => group === 'idk')
  const bySubject = groupBy(refusals, ({ id }) => subjects.get(id) ?? '')
  const first = new Set([...bySubject].flatMap(([subject, members]) => members.slice(0, quotas.get(subject))))
  const rest = refusals.filter((choice) => !first.has(choice)).slice(0, Math.max(0, request.unknown - first.size))
  return { chosen: [...chosen.filter(({ group }) => group === 'ik'), ...first, ...rest], notes }
}

type Choose = (offered: readonly Candidate[], all: readonly Candidate[], request: SelectionRequest) => Selection

/** Chooses among all but the unknown questions that rise in the rehearsed model, and notes how many these are. */
function leavingOutRisen(choose: Choose): Method['select'] {
  return (candidates, request) => {
    const notes: string[] = []
    const unknown = candidates.filter(({ group }) => group === 'idk')
    const kept = knownAnd(new Set(withoutRisen(unknown, notes)), candidates)
    const selection = choose(kept, candidates, request)
    return { ...selection, notes: [...notes, ...selection.notes] }
  }
}

/** D_ik, and of D_idk those in `refusable`, in their order. */
function knownAnd(refusable: ReadonlySet<Candidate>, candidates: readonly Candidate[]): Candidate[] {
  return candidates.filter((candidate) => candidate.group === 'ik' || refusable.has(candidate))
}
