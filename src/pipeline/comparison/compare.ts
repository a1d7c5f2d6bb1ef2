import type { LoadedConfig } from '../../config/load.js'
import type { Config } from '../../config/schema.js'
import { GraitError } from '../../errors.js'
import type { Results } from '../../evaluation/result-rows.js'
import type { Method } from '../../rait/method.js'
import { chosenMethods } from '../../rait/methods/chosen-methods.js'
import { comparisonTables } from '../../report/documents/comparison-tables.js'
import type { PublishedFigures } from '../../report/documents/published-figures.js'
import { resultsCsv } from '../../report/documents/results-csv.js'
import { failureNotes } from '../../report/method-notes.js'
import { instructionNotes } from '../../report/result-notes.js'
import type { RunContext } from '../context/run-context.js'
import { type RunData, runData } from '../context/run-data.js'
import { withMethod } from '../experiment/method-run.js'
import { type OpenRun, type OpenRunOptions, withRun } from '../experiment/open-run.js'
import { inTableOrder, resultsOf } from '../experiment/results-of-run.js'
import { SharedStages } from '../experiment/shared-stages.js'
import { writeReport } from '../report/write-report.js'
import { ComparisonJobs } from './jobs.js'
import { concernsOneMethod, type MethodFailure } from './method-failure.js'

/** Options of `compareExperiment`: which methods, seeds and reference to compare. */
export interface CompareOptions extends OpenRunOptions {
  /** Names of built-in methods, and your own methods; default: all built-in methods. */
  methods?: readonly (string | Method)[] | undefined
  /** Seeds that every method is run with; default 1, 2, 3. */
  seeds?: readonly number[] | undefined
  /** Id of the method that the others are compared with; default grait, or the first method if grait is not included. */
  reference?: string | undefined
  /** Extra notes for the reader of the tables, one sentence each, in addition to those of the data and the methods. */
  notes?: readonly string[] | undefined
  /** Published results to show next to the measured ones. */
  published?: PublishedFigures | undefined
}

/** The outcome of a comparison of methods: results, failures and tables. */
export interface CompareOutcome {
  /** The comparison's folder. */
  dir: string
  /** The configuration's name. */
  name: string
  config: Config
  /** The questions of the comparison. */
  data: RunData
  /** Results of all methods; also written to results.json (with the failures) and results.csv. */
  results: Results
  /** The method that the others are compared with. */
  reference: string
  /** Methods that could not be run, and why; the results hold the others. */
  failures: MethodFailure[]
  /** The tables as Markdown; also written to results.md. */
  table: string
}

const DEFAULT_SEEDS = [1, 2, 3]
/** This tool's own method: if it is included, the others are compared with it. */
const REFERENCE = 'grait'

/**
 * Compares methods: runs each with every seed on the same knowledge, rehearsal and gradients, and evaluates them on the same
 * questions. The lists replace `selection.method` and `seed` of the configuration. Finished stages are shared with single runs; an
 * interrupted comparison resumes where it stopped and ends with the same bytes. If one method fails, the others still run.
 * @throws GraitError for bad configuration or data before anything is written; the first method's error if no method can be tuned
 */
export async function compareExperiment({ config, name }: LoadedConfig, options: CompareOptions = {}): Promise<CompareOutcome> {
  const methods = chosenMethods(options.methods ?? ['all'])
  const seeds = distinctSeeds(options.seeds ?? DEFAULT_SEEDS)
  const reference = referenceAmong(methods, options.reference)
  const first = withMethod(config, methods[0] as Method, seeds[0] as number)
  const compared = { methods, seeds }
  return withRun({ config: first, name }, options, compared, (run) => compareIn(run, name, methods, seeds, reference, options))
}

async function compareIn(
  run: OpenRun,
  name: string,
  methods: Method[],
  seeds: number[],
  reference: string,
  options: CompareOptions,
): Promise<CompareOutcome> {
  const { context, directory, keep } = run
  const { data, config } = context
  const shared = new SharedStages(context, keep)
  await obtainShared(context, shared, methods)

  const jobs = new ComparisonJobs(run, shared, methods, seeds.length)
  // Seed by seed: a comparison interrupted half-way has all methods, with fewer seeds.
  for (const seed of seeds) for (const method of methods) await jobs.select(method, seed)
  await jobs.evaluateInitial()
  await jobs.tuneAndEvaluate()

  const { failures } = jobs
  const measured = await resultsOf(inTableOrder(jobs.evaluated, methods, data.tests), jobs.thresholds, context, reference)
  const results = failures.length === 0 ? measured : { ...measured, failures }
  await directory.write('results.json', `${JSON.stringify(results, null, 2)}\n`)
  await directory.write('results.csv', resultsCsv(results.rows))
  const notes = [...(options.notes ?? []), ...data.notes, ...jobs.notes(seeds), ...instructionNotes(measured)]
  const table = comparisonTables({ results: measured, reference, failures, notes, published: options.published })
  await directory.write('results.md', table)
  const reported = { dir: directory.path, name, config, data, results: measured, notes: [...failureNotes(failures), ...notes] }
  await writeReport(directory, reported, context)
  return { dir: directory.path, name, config, data: runData(data), results, reference, failures, table }
}

/** Computes the stages that the methods build on, before any is tuned. A stage that fails here fails again for the methods that need it. */
async function obtainShared(context: RunContext, shared: SharedStages, methods: readonly Method[]): Promise<void> {
  await shared.knowledge()
  for (const { needs } of methods) {
    await shared.inputsFor(needs).catch((error: unknown) => {
      if (!concernsOneMethod(error, context.signal)) throw error
    })
  }
}

/** @throws GraitError usage for a method that is not in the comparison */
function referenceAmong(methods: readonly Method[], wanted: string | undefined): string {
  const ids = methods.map(({ id }) => id)
  if (wanted === undefined) return ids.includes(REFERENCE) ? REFERENCE : (ids[0] as string)
  if (ids.includes(wanted)) return wanted
  throw new GraitError('usage', `${JSON.stringify(wanted)} takes no part in the comparison, so nothing can be compared with it`, {
    hint: `Methods that do: ${ids.join(', ')}.`,
  })
}

/** @throws GraitError usage for an invalid seed, or an empty list */
function distinctSeeds(seeds: readonly number[]): number[] {
  const wrong = seeds.find((seed) => !Number.isSafeInteger(seed) || seed < 0)
  if (wrong !== undefined || seeds.length === 0) {
    throw new GraitError('usage', wrong === undefined ? 'no seed is given' : `${wrong} is no seed`, {
      hint: 'Seeds are whole numbers of at least 0, for example 1,2,3.',
    })
  }
  return [...new Set(seeds)]
}
