import { withoutRisen } from './flow-filter.js'
import { highestCertainty, highestCorrectness, highestRefusalInfluence, lowestCertainty, type RankKey, ranked } from './order.js'
import type { Ranking } from './refusal-aware.js'

/** Ranks by the first key, equal ones by the next; what is still equal, and with no key everything, by a seeded hash. */
export function rankedBy(...keys: RankKey[]): Ranking {
  return (members, { seed }) => ranked(members, seed, ...keys)
}

/** A random order that depends on the seed and the ids alone. */
export const atRandom: Ranking = rankedBy()

/** The known questions of GRAIT and its ablations: what the model knows best. */
export const mostCorrect: Ranking = rankedBy(highestCorrectness, highestCertainty)

/** The unknown questions of GRAIT: those whose refusal teaches refusing the other unknown ones most (section 3.2). */
export const mostInfluential: Ranking = rankedBy(highestRefusalInfluence, lowestCertainty)

/** The same ranking, without the questions whose correctness rose in the rehearsed model (CRaFT, section 3.2). */
export function amongNotRisen(ranking: Ranking): Ranking {
  return (members, request, notes, known) => ranking(withoutRisen(members, notes), request, notes, known)
}
