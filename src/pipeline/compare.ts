import { join } from 'node:path'
import type { LoadedConfig } from '../config/load.js'
import type { Config } from '../config/schema.js'
import { GraitError } from '../errors.js'
import type { Results } from '../evaluation/results.js'
import { chosenMethods } from '../rait/chosen-methods.js'
import type { Method } from '../rait/method.js'
import { resultsCsv } from '../report/results-csv.js'
import { ComparisonProgress } from './comparison-progress.js'
import type { ExperimentData, TestSet } from './experiment-data.js'
import { concernsOneMethod, type MethodFailure } from './method-failure.js'
import { evaluateOn, INITIAL, selectFor, tuneOn, withMethod } from './method-run.js'
import { type OpenRun, type OpenRunOptions, withRun } from './open-run.js'
import { labelled } from './reporter.js'
import { type EvaluatedSet, resultsOf, writeEvaluations } from './results-of-run.js'
import type { RunContext } from './run-context.js'
import { type KeepStage, SharedStages } from './shared-stages.js'
import type { FinishedStage } from './stage-cache.js'
import type { Respondent } from './stages/evaluation.js'

export interface CompareOptions extends OpenRunOptions {
  /** Names and methods of your own; default: all that come along. */
  methods?: readonly (string | Method)[]
  /** Default 1, 2, 3. */
  seeds?: readonly number[]
}

export interface CompareOutcome {
  dir: string
  name: string
  config: Config
  data: ExperimentData
  /** Also results.json and results.csv of the folder; there, too, the failures stand. */
  results: Results
  /** The method that the others are compared with. */
  reference: string
  /** Methods that could not be run, and why; the others are in the results. */
  failures: MethodFailure[]
}

const DEFAULT_SEEDS = [1, 2, 3]
/** The method of which this is the tool: the others are compared with it where it takes part. */
const REFERENCE = 'grait'

/**
 * Runs every method with every seed on the same knowledge, rehearsal and gradients, and compares them on the same questions.
 * `selection.method` and `seed` of the configuration give way to the lists. Finished stages are shared with single runs; an
 * interrupted comparison goes on where it stood and ends with the same bytes. A method that fails costs the others nothing.
 * @throws GraitError for bad configuration or data before anything is written
 */
export async function compareExperiment({ config, name }: LoadedConfig, options: CompareOptions = {}): Promise<CompareOutcome> {
  const methods = chosenMethods(options.methods ?? ['all'])
  const seeds = distinctSeeds(options.seeds ?? DEFAULT_SEEDS)
  const first = withMethod(config, methods[0] as Method, seeds[0] as number)
  const compared = { methods: methods.map(({ id }) => id), seeds }
  return withRun({ config: first, name }, options, (run) => compareIn(run, name, methods, seeds), compared)
}

async function compareIn(run: OpenRun, name: string, methods: Method[], seeds: number[]): Promise<CompareOutcome> {
  const { context, directory, keep } = run
  const { data, config } = context
  const shared = new SharedStages(context, keep)
  await obtainShared(context, shared, methods)

  const progress = new ComparisonProgress(context.reporter, plannedJobs(data.tests, methods.length * seeds.length))
  const evaluated: EvaluatedSet[] = []
  const failures: MethodFailure[] = []
  for (const respondent of INITIAL) {
    await evaluateEverywhere({ run, context, evaluated, finished: (kind, stage) => progress.finished(kind, stage) }, respondent)
  }
  // Seed by seed: interrupted half-way, all methods are there with fewer seeds.
  for (const seed of seeds) {
    for (const method of methods) {
      const reporter = labelled(context.reporter, `seed ${seed}`)
      const left = new Set(jobsOf(data.tests))
      const finished = (kind: string, stage: FinishedStage) => {
        left.delete(kind)
        progress.finished(kind, stage)
      }
      const job: Job = { run, context: { ...context, config: withMethod(config, method, seed), reporter }, evaluated, finished }
      await runMethod(job, method, shared).catch((error: unknown) => {
        if (!concernsOneMethod(error, context.signal)) throw error
        const message = error instanceof Error ? error.message : String(error)
        reporter.warning(`${method.id} failed: ${message}`)
        failures.push({ method: method.id, seed, code: error instanceof GraitError ? error.code : 'internal', message })
        for (const kind of left) progress.dropped(kind)
      })
    }
  }

  const reference = methods.find(({ id }) => id === REFERENCE)?.id ?? (methods[0] as Method).id
  const measured = await resultsOf(inTableOrder(evaluated, methods, data.tests), config, reference)
  const results = failures.length === 0 ? measured : { ...measured, failures }
  await directory.write('results.json', `${JSON.stringify(results, null, 2)}\n`)
  await directory.write('results.csv', resultsCsv(results.rows))
  return { dir: directory.path, name, config, data, results, reference, failures }
}

/** Whatever any method builds on, before the first is tuned. What fails here fails again for the methods that need it. */
async function obtainShared(context: RunContext, shared: SharedStages, methods: readonly Method[]): Promise<void> {
  await shared.knowledge()
  for (const { needs } of methods) {
    await shared.inputsFor(needs).catch((error: unknown) => {
      if (!concernsOneMethod(error, context.signal)) throw error
    })
  }
}

interface Job {
  run: OpenRun
  /** With the method and seed of the job. */
  context: RunContext
  evaluated: EvaluatedSet[]
  finished(kind: string, stage: FinishedStage): void
}

async function runMethod(job: Job, method: Method, shared: SharedStages): Promise<void> {
  const { run, context } = job
  const folder = folderOf(method.id, context.config.seed)
  const keep: KeepStage = (stage, as = stage.name) => run.keep(stage, `${folder}/${as}`)
  const tuned = await tuneOn(context, method, await selectFor(context, method, shared, keep), keep)
  job.finished(TUNING, tuned.tuning)
  await evaluateEverywhere(job, tuned)
}

async function evaluateEverywhere(job: Job, respondent: Respondent): Promise<void> {
  const { run, context, evaluated } = job
  const folder = folderOf(respondent.method, context.config.seed)
  for (const test of context.data.tests) {
    const finished = async (stage: FinishedStage) => {
      job.finished(evaluationOf(test), stage)
      await run.record.add(stage, `${folder}/${evaluationOf(test)}`)
    }
    const set = await evaluateOn(context, test, respondent, finished)
    await writeEvaluations(run.directory, [set], folder)
    evaluated.push(set)
  }
}

function folderOf(method: string, seed: number): string {
  return join('methods', method, `seed-${seed}`)
}

/** What a method and seed cost: a tuning, an evaluation a test set. */
function jobsOf(tests: readonly TestSet[]): string[] {
  return [TUNING, ...tests.map(evaluationOf)]
}

const TUNING = 'tuning'

function evaluationOf({ name }: TestSet): string {
  return `evaluation/${name}`
}

function plannedJobs(tests: readonly TestSet[], tunings: number): Map<string, number> {
  return new Map(jobsOf(tests).map((kind) => [kind, kind === TUNING ? tunings : INITIAL.length + tunings]))
}

/** A data set after the other; in each the initial model, then every method with its seeds. */
function inTableOrder(evaluated: readonly EvaluatedSet[], methods: readonly Method[], tests: readonly TestSet[]): EvaluatedSet[] {
  const order = [...INITIAL.map(({ method }) => method), ...methods.map(({ id }) => id)]
  return tests.flatMap(({ name }) => order.flatMap((method) => evaluated.filter((set) => set.method === method && set.test.name === name)))
}

/** @throws GraitError usage for something that is no seed, or no seed at all */
function distinctSeeds(seeds: readonly number[]): number[] {
  const wrong = seeds.find((seed) => !Number.isSafeInteger(seed) || seed < 0)
  if (wrong !== undefined || seeds.length === 0) {
    throw new GraitError('usage', wrong === undefined ? 'no seed is given' : `${wrong} is no seed`, {
      hint: 'Seeds are whole numbers of at least 0, for example 1,2,3.',
    })
  }
  return [...new Set(seeds)]
}
