import { join } from 'node:path'
import { type CompareOutcome, compareExperiment, type RunReporter } from 'grait'
import { groupBy } from '../src/group-by.js'
import { featureMatrix } from '../src/pipeline/features/store.js'
import { readJsonLines } from '../src/pipeline/folder/json-lines-file.js'
import { subjectOf } from '../src/rait/subject-shares.js'
import { markdownTable } from '../src/report/documents/markdown-table.js'
import { centredRows } from './centred-rows.js'
import { type Evaluated, methodFolder, outcomesOf } from './evaluated.js'
import { FORESIGHT } from './foresight.js'
import { type Kernel, KernelRefusal, kernelOf } from './kernel-refusal.js'
import { questionLookup } from './question-lookup.js'
import { inScratchFolder, studyConfig } from './scratch.js'
import type { Study } from './study.js'

/** How much of one subject a tuned model refuses. */
export interface ForeseenShare {
  method: string
  seed: number
  subject: string
  /** Of D_src, foreseen from the gradients and the training set, before the tuning. Share of 1. */
  foreseen: number
  /** Of the questions of this subject that are trained on, how many are refusals: what one would guess without gradients. Share of 1. */
  trained: number
  /** Of the test questions, by the tuned model. Share of 1. */
  refused: number
  /** Test questions of this subject. */
  n: number
}

/** Compares what was foreseen with what came of it, for every method and seed of a study that has one arm. */
export function foreseenShares(
  { config, settings, arms }: Study,
  seeds: readonly number[],
  reporter: RunReporter,
): Promise<ForeseenShare[]> {
  const [arm, another] = arms
  if (arm === undefined || another !== undefined) throw new Error('what is foreseen is held against studies of one arm')
  return inScratchFolder(async (out) => {
    const loaded = studyConfig(config, [...settings, ...arm.settings])
    const outcome = await compareExperiment(loaded, { methods: arm.methods, seeds, out, reporter })
    const rows = centredRows(await featureMatrix(join(out, 'gradients', 'idk')))
    const kernel = kernelOf([...rows.values()], FORESIGHT.common)
    const tuned = outcome.results.rows.filter(({ method }) => !method.startsWith('init-'))
    return (await Promise.all(tuned.map((row) => sharesOf(outcome, row, [...rows.keys()], kernel)))).flat()
  })
}

async function sharesOf({ dir, data }: CompareOutcome, row: Evaluated, ids: readonly string[], kernel: Kernel): Promise<ForeseenShare[]> {
  const { method, seed } = row
  const trained = await readJsonLines<{ id: string; group: string; weight: number }>(
    join(methodFolder(dir, row), 'selection', 'train.jsonl'),
  )
  const evaluated = await outcomesOf(dir, row)
  const position = new Map(ids.map((id, index) => [id, index]))
  const regression = new KernelRefusal(kernel, FORESIGHT.ridge)
  for (const { id, group, weight } of trained) {
    const index = position.get(id)
    if (index !== undefined) regression.add(index, group === 'idk' ? 1 : 0, weight)
  }
  const foreseen = regression.foreseen()
  const question = questionLookup(data)
  const subjectOfId = (id: string) => subjectOf(question(id))
  const source = groupBy(ids, subjectOfId)
  const trainedOf = groupBy(trained, ({ id }) => subjectOfId(id))
  return [...groupBy(evaluated, ({ id }) => subjectOfId(id))].map(([subject, answers]) => ({
    method,
    seed,
    subject,
    foreseen: shareOf(source.get(subject) ?? [], (id) => foreseen[position.get(id) as number]! > FORESIGHT.threshold),
    trained: shareOf(trainedOf.get(subject) ?? [], ({ group }) => group === 'idk'),
    refused: shareOf(answers, ({ outcome }) => outcome === 'refused'),
    n: answers.length,
  }))
}

function shareOf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.length === 0 ? 0 : items.filter(holds).length / items.length
}

/** A row a method, a column a subject: per cent foreseen, then refused, means over seeds. */
export function foreseenTable(shares: readonly ForeseenShare[]): string {
  const subjects = [...new Set(shares.map(({ subject }) => subject))].sort()
  const mean = (of: readonly ForeseenShare[], key: 'foreseen' | 'refused') => of.reduce((sum, each) => sum + 100 * each[key], 0) / of.length
  const rows = [...groupBy(shares, ({ method }) => method)].map(([method, own]) => {
    const bySubject = groupBy(own, ({ subject }) => subject)
    const cells = subjects.map((subject) => {
      const cell = bySubject.get(subject) ?? []
      return `${mean(cell, 'foreseen').toFixed(0)} → ${mean(cell, 'refused').toFixed(0)}`
    })
    return [method, ...cells]
  })
  return markdownTable([{ header: 'method' }, ...subjects.map((subject) => ({ header: subject, align: 'right' as const }))], rows)
}

/** Root of the mean square of what was expected less what was refused, every test question counting alike; points. */
export function foreseenError(shares: readonly ForeseenShare[], expected: 'foreseen' | 'trained'): number {
  const n = shares.reduce((sum, each) => sum + each.n, 0)
  return 100 * Math.sqrt(shares.reduce((sum, each) => sum + each.n * (each[expected] - each.refused) ** 2, 0) / n)
}
