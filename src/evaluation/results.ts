import { type CancelOptions, givingWay } from '../cancellation.js'
import { GraitError } from '../errors.js'
import { alignedOutcomes, initialFor, type JudgedSet } from './judged-set.js'
import { measuredRow } from './measured-row.js'
import type { JudgedAnswer } from './measures/outcome.js'
import type { BootstrapSettings } from './resampling/bootstrap.js'
import { comparePaired } from './resampling/compare.js'
import { compareWithThreshold } from './resampling/threshold-comparison.js'
import { type Comparison, INIT_BASIC, type ResultRow, type Results, type ThresholdComparison } from './result-rows.js'
import { summarise } from './summary.js'

/** How `buildResults` compares methods, with the settings of the bootstrap. */
export interface ResultSettings extends BootstrapSettings {
  /** Also compare every method with Init-Basic, whose THS is 0; default false. */
  compareWithInitial?: boolean | undefined
  /** Compare every method only with this one (a: the other, b: this one); default: all pairs. */
  reference?: string | undefined
}

/**
 * Computes measures, intervals and comparisons of all judged sets, in the order given. The questions of a data set must be the
 * same for every method that is scored against Init-Basic; their order may differ.
 * @throws GraitError data_invalid if they differ, naming one of them, if two sets have one method, seed and data set, or if a set
 * answers a question twice; cancelled
 */
export async function buildResults(
  sets: readonly JudgedSet[],
  { compareWithInitial = false, reference, ...settings }: ResultSettings = {},
  { signal }: CancelOptions = {},
): Promise<Results> {
  refuseSameSets(sets)
  const giveWay = givingWay(signal)
  const rows: ResultRow[] = []
  for (const set of sets) {
    rows.push(await measuredRow(set, initialFor(set, sets), settings, signal))
    await giveWay()
  }
  const comparisons: Comparison[] = []
  for (const dataset of new Set(sets.map((set) => set.dataset))) {
    const here = sets.filter((set) => set.dataset === dataset)
    const methods = [...new Set(here.map(({ method }) => method))].filter((method) => compareWithInitial || method !== INIT_BASIC)
    for (const [a, b] of pairsOf(methods, reference)) {
      const found = await comparison(a, b, here, settings, signal)
      if (found !== undefined) comparisons.push(found)
      await giveWay()
    }
  }
  const thresholdComparisons = await againstThresholds(sets, settings, signal)
  return {
    rows,
    summary: summarise(rows),
    comparisons,
    ...(thresholdComparisons.length === 0 ? {} : { thresholdComparisons }),
  }
}

/** Every method but Init-Basic, where Init-Basic has confidences. */
async function againstThresholds(
  sets: readonly JudgedSet[],
  settings: BootstrapSettings,
  signal: AbortSignal | undefined,
): Promise<ThresholdComparison[]> {
  const found: ThresholdComparison[] = []
  for (const dataset of new Set(sets.map((set) => set.dataset))) {
    const here = sets.filter((set) => set.dataset === dataset)
    const initial = here.find(({ method }) => method === INIT_BASIC)
    if (initial === undefined) continue
    for (const method of new Set(here.map((set) => set.method))) {
      if (method === INIT_BASIC) continue
      const own = here.filter((set) => set.method === method).map((set) => alignedOutcomes(set, initial))
      const difference = await compareWithThreshold(own, initial.answers, settings, { signal })
      if (difference !== null) found.push({ method, dataset, ...difference })
    }
  }
  return found
}

function pairsOf(methods: readonly string[], reference: string | undefined): [a: string, b: string][] {
  if (reference === undefined) return methods.flatMap((b, index) => methods.slice(index + 1).map((a): [string, string] => [a, b]))
  return methods.includes(reference) ? methods.filter((a) => a !== reference).map((a) => [a, reference]) : []
}

/** Two sets of one name would be averaged as if they were two seeds. */
function refuseSameSets(sets: readonly JudgedSet[]): void {
  const seen = new Set<string>()
  for (const { method, seed, dataset, answers } of sets) {
    const name = JSON.stringify([method, seed, dataset])
    if (seen.has(name)) {
      throw new GraitError('data_invalid', `there are two sets of answers of ${method}, seed ${seed}, to ${dataset}`, {
        hint: 'Give every data set a name of its own, and every repetition of a method a seed of its own.',
        details: { method, seed, dataset },
      })
    }
    seen.add(name)
    refuseSameIds(answers, `${method}, seed ${seed}, ${dataset}`)
  }
}

function refuseSameIds(answers: readonly JudgedAnswer[], where: string): void {
  const ids = new Set<string>()
  for (const { id } of answers) {
    if (ids.has(id)) {
      throw new GraitError('data_invalid', `${where}: question ${id} is answered twice`, { hint: 'Give one answer to each question.' })
    }
    ids.add(id)
  }
}

async function comparison(
  a: string,
  b: string,
  sets: readonly JudgedSet[],
  settings: BootstrapSettings,
  signal: AbortSignal | undefined,
): Promise<Comparison | undefined> {
  const ofA = sets.filter(({ method }) => method === a)
  const ofB = sets.filter(({ method }) => method === b)
  const first = ofA[0]
  const initial = first && initialFor(first, sets)
  if (first === undefined || initial === undefined) return undefined
  const aligned = (set: JudgedSet) => alignedOutcomes(set, first)
  const { ths } = await comparePaired(ofA.map(aligned), ofB.map(aligned), aligned(initial), settings, { signal })
  return ths === null ? undefined : { a, b, dataset: first.dataset, ...ths }
}
