import { highestCertainty, highestCorrectness, highestRefusalInfluence, lowestCertainty, ranked } from '../order.js'
import type { Ranking } from '../refusal-aware.js'

/** D_ik of GRAIT and its ablations: what the model knows best. */
export const mostCorrect: Ranking = (members, { seed }) => ranked(members, seed, highestCorrectness, highestCertainty)

/** D_idk of GRAIT: those whose refusal teaches refusing the other unknowns most (section 3.2). */
export const mostInfluential: Ranking = (members, { seed }) => ranked(members, seed, highestRefusalInfluence, lowestCertainty)
