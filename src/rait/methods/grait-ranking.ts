import { highestCertainty, highestCorrectness, highestRefusalInfluence, lowestCertainty, ranked } from '../order.js'
import type { Ranking } from '../refusal-aware.js'

/** Ranking of D_ik in GRAIT and its ablations: the questions that the model knows best. */
export const mostCorrect: Ranking = (members, { seed }) => ranked(members, seed, highestCorrectness, highestCertainty)

/** Ranking of D_idk in GRAIT: the questions whose refusal most teaches refusing the other unknown ones (section 3.2). */
export const mostInfluential: Ranking = (members, { seed }) => ranked(members, seed, highestRefusalInfluence, lowestCertainty)
