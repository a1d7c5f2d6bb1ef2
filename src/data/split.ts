import { groupBy } from '../group-by.js'
import { seededOrder } from '../seeded-hash.js'
import type { Question } from './question/question.js'

/** Shares by which `splitByGroup` divides questions into train, validation and test. */
export interface SplitShares {
  /** Share of questions for choosing settings, 0 to 1. */
  validation: number
  /** Share of questions for reporting results, 0 to 1. */
  test: number
  /** Seed of the order in which groups are assigned to the parts. */
  seed: number
}

/** Questions divided into train, validation and test; every group is in one part only. */
export interface SplitParts {
  train: Question[]
  validation: Question[]
  test: Question[]
}

/**
 * Divides questions into train, validation and test and keeps each `group` in one part (a question without a group is a group
 * of its own). Groups are taken in a seeded order until a part has its share, as closely as whole groups allow; a part with a
 * share above 0 gets at least one group. The order of the questions is kept.
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
