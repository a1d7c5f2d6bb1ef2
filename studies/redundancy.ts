import type { Candidate, Method } from 'grait'
import { dot } from '../src/influence/feature-block.js'
import { rowsById } from '../src/rait/feature-rows.js'
import { mostCorrect, mostInfluential } from '../src/rait/rankings.js'
import { refusalAwareSelection } from '../src/rait/refusal-aware.js'

const needs = { influence: true, features: 'refusals' } as const

/**
 * Maximal marginal relevance (Carbonell and Goldstein 1998): refusals picked one by one, each for its refusal influence less its
 * largest product with one picked before. Every weight is 1.
 */
export const withoutRedundancy: Method = {
  id: 'without-redundancy',
  description: 'refusals picked one by one, for their influence less their likeness to those picked before',
  version: 1,
  needs,
  select: (candidates, request) =>
    refusalAwareSelection(candidates, request, {
      known: mostCorrect,
      unknown(members, ranking, notes, known) {
        if (request.features === undefined) throw new Error('no features')
        const rows = rowsById(request.features.refusals)
        const left = mostInfluential(members, ranking, notes, known).map((candidate) => ({
          candidate,
          row: rows.get(candidate.id) as Float32Array,
          likeness: 0,
        }))
        const picked: Candidate[] = []
        while (picked.length < request.unknown && left.length > 0) {
          const scores = left.map(({ candidate, likeness }) => (candidate.refusalInfluence ?? 0) - likeness)
          const [pick] = left.splice(scores.indexOf(Math.max(...scores)), 1)
          if (pick === undefined) break
          picked.push(pick.candidate)
          for (const item of left) item.likeness = Math.max(item.likeness, dot(item.row, Float64Array.from(pick.row)))
        }
        return picked
      },
      needs,
    }),
}
