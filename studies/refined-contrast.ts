import { type Candidate, type Method, methodById } from 'grait'
import { groupBy } from '../src/data/group-by.js'
import { withoutRisen } from '../src/rait/flow-filter.js'

const contrast = methodById('grait-contrast')

/** Refusing what the tuning would have taught costs contrast what it gains: those that rise in the rehearsed model are left out. */
export const contrastWithoutRisen: Method = {
  id: 'contrast-without-risen',
  description: 'grait-contrast, without the unknown questions that rehearsal makes better known',
  version: 1,
  needs: { influence: true, flow: true },
  select(candidates, request) {
    const notes: string[] = []
    const kept = new Set(
      withoutRisen(
        candidates.filter(({ group }) => group === 'idk'),
        notes,
      ),
    )
    const selection = contrast.select(
      candidates.filter((candidate) => candidate.group === 'ik' || kept.has(candidate)),
      request,
    )
    return { ...selection, notes: [...notes, ...selection.notes] }
  },
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
    const below = [...groupBy(candidates, ({ subject }) => subject ?? '').values()].filter((members) => meanCorrectness(members) < average)
    const refusable = new Set(below.flat())
    return contrast.select(
      candidates.filter((candidate) => candidate.group === 'ik' || refusable.has(candidate)),
      request,
    )
  },
}

function meanCorrectness(candidates: readonly Candidate[]): number {
  return candidates.reduce((sum, { correctness }) => sum + correctness, 0) / candidates.length
}
