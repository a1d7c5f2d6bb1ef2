import type { Candidate, Method } from 'grait'
import { canonicalJson } from '../src/canonical-json.js'
import { mostCorrect } from '../src/rait/grait-ranking.js'
import { lowestCertainty, ranked } from '../src/rait/order.js'
import { refusalAwareSelection } from '../src/rait/refusal-aware.js'
import { centredRows } from './centred-rows.js'
import { KernelRefusal } from './kernel-refusal.js'

/** How it is foreseen what will be refused. */
export interface Foresight {
  /** Of the kernel regression. */
  ridge: number
  /** Refused is what is foreseen above it, ever more surely over `width`. */
  threshold: number
  width: number
  /** What a further refusal must add to the THS that is foreseen, in shares of 1. */
  least: number
}

/** As found by holding what was foreseen against what was refused, on the validation part. */
export const FORESIGHT: Foresight = { ridge: 0.4, threshold: 0.35, width: 0.1, least: 0.0002 }

/** What any two rows have in common, in the kernel. */
export const COMMON = 0.3

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
        const kernel = new KernelRefusal(
          all.map(({ id }) => rows.get(id) as Float32Array),
          { ridge: FORESIGHT.ridge, common: COMMON },
        )
        const worth = worths(all)
        const position = new Map(all.map(({ id }, index) => [id, index]))
        for (const { id } of known) if (position.has(id)) kernel.add(position.get(id) as number, 0)
        const left = new Set(members.map(({ id }) => position.get(id)).filter((index) => index !== undefined))
        const picked: Candidate[] = []
        let before = total(worth, kernel.foreseen())
        const foreseen = new Float64Array(all.length)
        while (picked.length < unknown && left.size > 0) {
          let [best, most] = [-1, -Infinity]
          for (const index of left) {
            kernel.withRefusal(index, foreseen)
            const sum = total(worth, foreseen)
            if (sum > most || (sum === most && index < best)) [best, most] = [index, sum]
          }
          if (most - before < FORESIGHT.least * all.length) break
          before = most
          kernel.add(best, 1)
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
  const average = candidates.reduce((sum, { correctness }) => sum + correctness, 0) / candidates.length
  const ratio = average / (1 - average)
  return Float64Array.from(candidates, ({ group, correctness, rehearsedCorrectness }) => {
    const right = group === 'ik' ? correctness : (rehearsedCorrectness ?? correctness)
    return right - (1 - right) * ratio
  })
}
