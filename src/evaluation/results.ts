import { type CancelOptions, givingWay } from '../cancellation.js'
import { GraitError } from '../errors.js'
import { countOutcomes, meanOverSubjects, measuresOf } from './measures/measures.js'
import type { JudgedAnswer, Outcome } from './measures/outcome.js'
import { refusalMeasures } from './measures/refusal-measures.js'
import { riskCoverage, thinned } from './measures/risk-coverage.js'
import { truthfulHelpfulness } from './measures/ths.js'
import { type BootstrapSettings, bootstrapIntervals } from './resampling/bootstrap.js'
import { comparePaired } from './resampling/compare.js'
import { type Comparison, INIT_BASIC, type ResultRow, type Results } from './result-rows.js'
import { summarise } from './summary.js'

/** The judged answers of one method and seed on one data set. */
export interface JudgedSet {
  method: string
  seed: number
  dataset: string
  answers: readonly JudgedAnswer[]
}

/** How `buildResults` compares methods, with the settings of the bootstrap. */
export interface ResultSettings extends BootstrapSettings {
  /** Also compare every method with Init-Basic, whose THS is 0; default false. */
  compareWithInitial?: boolean | undefined
  /** Compare every method only with this one (a: the other, b: this one); default: all pairs. */
  reference?: string | undefined
}

/** A curve with this many points looks like the full one and keeps the results file small. */
const CURVE_POINTS = 100

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
    rows.push(await rowOf(set, initialFor(set, sets), settings, signal))
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
  return { rows, summary: summarise(rows), comparisons }
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

/** Init-Basic on the same data set; with the same seed if there are several. */
function initialFor({ dataset, seed }: JudgedSet, sets: readonly JudgedSet[]): JudgedSet | undefined {
  const candidates = sets.filter((set) => set.method === INIT_BASIC && set.dataset === dataset)
  return candidates.find((set) => set.seed === seed) ?? candidates[0]
}

async function rowOf(
  set: JudgedSet,
  initial: JudgedSet | undefined,
  settings: BootstrapSettings,
  signal: AbortSignal | undefined,
): Promise<ResultRow> {
  const { method, seed, dataset, answers } = set
  const counts = countOutcomes(answers.map(({ outcome }) => outcome))
  const measures = measuresOf(counts)
  const initialOutcomes = initial && alignedOutcomes(initial, set)
  const bySubject = meanOverSubjects(answers)
  const curve = riskCoverage(answers)
  return {
    method,
    seed,
    dataset,
    n: answers.length,
    ...counts,
    ...measures,
    ths: initialOutcomes === undefined ? null : truthfulHelpfulness(measuresOf(countOutcomes(initialOutcomes)), measures),
    interval: await bootstrapIntervals(
      answers.map(({ outcome }) => outcome),
      initialOutcomes,
      settings,
      { signal },
    ),
    bySubject: bySubject && { ...bySubject, ths: truthfulHelpfulness(initial && meanOverSubjects(initial.answers), bySubject) },
    refusal:
      initialOutcomes === undefined
        ? null
        : refusalMeasures(
            initialOutcomes,
            answers.map(({ outcome }) => outcome),
          ),
    ...(curve === null ? {} : { riskCoverage: { ...curve, points: thinned(curve.points, CURVE_POINTS) } }),
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

/** The outcomes of `set` in the order of the questions of `reference`. */
function alignedOutcomes(set: JudgedSet, reference: JudgedSet): Outcome[] {
  const byId = new Map(set.answers.map(({ id, outcome }) => [id, outcome]))
  const outcomes = reference.answers.map(({ id }) => {
    const outcome = byId.get(id)
    if (outcome === undefined) throw differentQuestions(set, reference, id)
    return outcome
  })
  const extra = byId.size > outcomes.length ? set.answers.find(({ id }) => !reference.answers.some((other) => other.id === id)) : undefined
  if (extra !== undefined) throw differentQuestions(reference, set, extra.id)
  return outcomes
}

function differentQuestions(lacking: JudgedSet, having: JudgedSet, id: string): GraitError {
  return new GraitError(
    'data_invalid',
    `${lacking.dataset}: ${lacking.method} has no answer to question ${id}, but ${having.method} has; they can't be compared`,
    { hint: 'Give answers to the same questions for every method.', details: { dataset: lacking.dataset, method: lacking.method, id } },
  )
}
