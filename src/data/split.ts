import { groupBy } from '../group-by.js'
import { seededOrder } from '../seeded-hash.js'
import type { Question } from './question/question.js'

/** How to divide questions. */
export interface SplitShares {
  /** Share of the questions that settings are chosen on, 0 to 1. */
  validation: number
  /** Share of the questions that results are reported on, 0 to 1. */
  test: number
  /** Of the order in which groups are given to the parts. */
  seed: number
}

/** Questions divided; no group lies in two parts. */
export interface SplitParts {
  train: Question[]
  validation: Question[]
  test: Question[]
}

/**
 * Divides the questions so that all of one `group` land in one part (a question without a group is one of its own).
 * Groups are taken in a seeded order until a part holds its share, as near as whole groups allow; a part that is asked
 * for gets at least one group. The order of the questions is kept.
 */
export function splitByGroup(questions: readonly Question[], { validation, test, seed }: SplitShares): SplitParts {
  const groupOf = ({ group, id }: Question) => (group === undefined ? `id:${id}` : `group:${group}`)
  const groups = seededOrder([...groupBy(questions, groupOf)], seed, ([name]) => name)
  const partOf = new Map<string, 'validation' | 'test'>()
  let next = 0
  for (const [part, share] of [
    ['test', test],
    ['validation', validation],
  ] as const) {
    let left = share * questions.length
    for (let first = true; left > 0 && next < groups.length; first = false) {
      const [name, members] = groups[next] as [string, Question[]]
      if (!first && members.length / 2 > left) break
      partOf.set(name, part)
      left -= members.length
      next++
    }
  }
  const parts: SplitParts = { train: [], validation: [], test: [] }
  for (const question of questions) parts[partOf.get(groupOf(question)) ?? 'train'].push(question)
  return parts
}
