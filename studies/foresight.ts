import type { Candidate, Method } from 'grait'
import { canonicalJson } from '../src/canonical-json.js'
import { lowestCertainty, ranked } from '../src/rait/order.js'
import { mostCorrect } from '../src/rait/rankings.js'
import { refusalAwareSelection } from '../src/rait/refusal-aware.js'
import { centredRows } from './centred-rows.js'
import { KernelRefusal, kernelOf } from './kernel-refusal.js'
import { meanCorrectness } from './mean-correctness.js'

/**
 * How it is foreseen what will be refused, by kernel regression with this ridge and this common part: what comes out above the
 * threshold, ever more surely over `width`. As found by holding what was foreseen against what was refused, on the validation part.
 * `least`: what a further refusal must add to the THS that is foreseen, in shares of 1.
 */
export const FORESIGHT = { ridge: 0.4, common: 0.3, threshold: 0.35, width: 0.1, least: 0.0002 } as const

const needs = { influence: true, features: 'refusals', flow: true } as const

/**
 * Refusals are picked one by one, each for the THS that the model tuned on it and on those before it is foreseen to have on D_src:
 * what an answer to x is worth, q - (1 - q) a / (1 - a), summed over the questions that are foreseen to be answered. q is the
 * rehearsed model's correctness (of D_ik, which it was rehearsed on, the initial model's), a the mean of the initial model's.
 */
export const foresight: Method = {
  id: 'foresight',
  description: 'refusals picked one by one for the THS that is foreseen from the gradients',
  version: canonicalJson(FORESIGHT),
  needs,
  select: (candidates, request) =>
    refusalAwareSelection(candidates, request, {
      known: mostCorrect,
      unknown(members, { seed, unknown, features }, _notes, known) {
        if (features === undefined) throw new Error('no features')
        const rows = centredRows(features.refusals)
        const all = ranked(
          candidates.filter(({ id }) => rows.has(id)),
          seed,
          lowestCertainty,
        )
        const kernel = kernelOf(
          all.map(({ id }) => rows.get(id) as Float32Array),
          FORESIGHT.common,
        )
        const regression = new KernelRefusal(kernel, FORESIGHT.ridge)
        const worth = worths(all)
        const position = new Map(all.map(({ id }, index) => [id, index]))
        for (const { id } of known) if (position.has(id)) regression.add(position.get(id) as number, 0)
        const left = new Set(members.map(({ id }) => position.get(id)).filter((index) => index !== undefined))
        const picked: Candidate[] = []
        let before = total(worth, regression.foreseen())
        const foreseen = new Float64Array(all.length)
        while (picked.length < unknown && left.size > 0) {
          let [best, most] = [-1, -Infinity]
          for (const index of left) {
            regression.withRefusal(index, foreseen)
            const sum = total(worth, foreseen)
            if (sum > most || (sum === most && index < best)) [best, most] = [index, sum]
          }
          if (most - before < FORESIGHT.least * all.length) break
          before = most
          regression.add(best, 1)
          left.delete(best)
          picked.push(all[best]!)
        }
        return picked
      },
      needs,
    }),
}

/** What D_src is worth when answered as foreseen: the worths times the probability of an answer. */
function total(worth: Float64Array, foreseen: Float64Array): number {
  const { threshold, width } = FORESIGHT
  let sum = 0
  for (let i = 0; i < foreseen.length; i++) sum += worth[i]! / (1 + Math.exp((foreseen[i]! - threshold) / width))
  return sum
}

function worths(candidates: readonly Candidate[]): Float64Array {
  const average = meanCorrectness(candidates)
  const ratio = average / (1 - average)
  return Float64Array.from(candidates, ({ group, correctness, rehearsedCorrectness }) => {
    const right = group === 'ik' ? correctness : (rehearsedCorrectness ?? correctness)
    return right - (1 - right) * ratio
  })
}
