import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoadedConfig } from '../config/load.js'
import type { Config } from '../config/schema.js'
import type { Results } from '../evaluation/results.js'
import { methodById } from '../rait/index.js'
import type { MovedGroup } from '../report/moved-questions.js'
import type { SelectedQuestion } from '../report/selection-table.js'
import { graitHome } from '../runtime/provision/home.js'
import { type ExperimentData, loadExperimentData } from './experiment-data.js'
import { readJsonLines } from './json-lines-file.js'
import { evaluateOn, INITIAL, selectFor, tuneOn } from './method-run.js'
import { ModelSession } from './model-session.js'
import { type RunReporter, silentReporter } from './reporter.js'
import { type EvaluatedSet, movedOf, resultsOf, writeEvaluations } from './results-of-run.js'
import type { RunContext } from './run-context.js'
import { defaultRunPath, RunDirectory } from './run-directory.js'
import { RunRecord } from './run-record.js'
import { needsRehearsal, SharedStages } from './shared-stages.js'
import { type FinishedStage, StageCache } from './stage-cache.js'
import type { StageName } from './stage-names.js'
import { writeReport } from './stages/report.js'
import { type InfluenceRecord, knownAndUnknown } from './stages/selection.js'

export interface RunOptions {
  /** The run's folder; default runs/<config name>-<time>. */
  out?: string
  /** Stop after this stage. */
  until?: StageName
  reporter?: RunReporter
  signal?: AbortSignal
}

export interface RunOutcome {
  dir: string
  name: string
  config: Config
  data: ExperimentData
  /** Undefined where `until` stopped the run before the evaluation; the rest is empty then. */
  results: Results | undefined
  /** Every question of D_src: was it chosen, with which weight. */
  selection: SelectedQuestion[]
  /** What became of the questions of the first test set. */
  moved: MovedGroup[]
  /** Loss of every step of the tuning. */
  losses: number[]
}

/** Questions shown of each movement. */
const EXAMPLES = 3

/**
 * Runs one experiment: knowledge, rehearsal, gradients, selection, tuning, evaluation, report. Stages that an earlier
 * run finished are taken from the cache; an interrupted run goes on where it stood and ends with the same bytes.
 * @throws GraitError for bad configuration or data before anything is written, empty_group before any training
 */
export async function runExperiment({ config, name }: LoadedConfig, options: RunOptions = {}): Promise<RunOutcome> {
  const reporter = options.reporter ?? silentReporter
  const { signal } = options
  const method = methodById(config.selection.method)
  const data = await loadExperimentData(config)
  for (const note of data.notes) reporter.note(note)
  const directory = await RunDirectory.at(options.out ?? defaultRunPath(name, new Date()), config)
  const session = new ModelSession(config, reporter, signal)
  const cache = new StageCache(config.cache.dir ?? join(graitHome(), 'stages'))
  const context: RunContext = { config, data, session, cache, reporter, signal }
  const record = new RunRecord(directory, name, config)
  const begun: RunOutcome = { dir: directory.path, name, config, data, results: undefined, selection: [], moved: [], losses: [] }
  const reached = (stage: StageName) => options.until === stage

  try {
    const identity = await session.identity()
    await directory.create()
    await record.begin(identity)
    const keep = async (stage: FinishedStage, as = stage.name) => {
      await directory.link(stage.dir, as)
      await record.add(stage, as)
      return stage
    }
    const stopped = async (): Promise<RunOutcome> => {
      await record.finish()
      return begun
    }

    const shared = new SharedStages(context, keep)
    const { known } = await shared.knowledge()
    knownAndUnknown(known, config.knowledge.threshold)
    if (reached('knowledge')) return await stopped()
    if (needsRehearsal(method.needs)) await shared.rehearsal()
    if (reached('rehearsal')) return await stopped()
    if (method.needs.flow) await shared.flow()
    if (reached('flow')) return await stopped()
    await shared.inputsFor(method.needs)
    if (reached('gradients')) return await stopped()

    const selection = await selectFor(context, method, shared, keep)
    if (reached('selection')) return await stopped()
    const tuned = await tuneOn(context, method, selection, keep)
    if (reached('tuning')) return await stopped()

    const evaluated: EvaluatedSet[] = []
    for (const test of data.tests) {
      for (const respondent of [...INITIAL, tuned]) {
        const finished = (stage: FinishedStage) => record.add(stage, `evaluation/${test.name}/${respondent.method}`)
        evaluated.push(await evaluateOn(context, test, respondent, finished))
      }
    }
    await writeEvaluations(directory, evaluated)
    const results = await resultsOf(evaluated, config)
    await directory.write('results.json', `${JSON.stringify(results, null, 2)}\n`)
    const { losses } = JSON.parse(await readFile(join(tuned.tuning.dir, 'training.json'), 'utf8')) as { losses: number[] }
    const records = await readJsonLines<InfluenceRecord>(join(selection.dir, 'influence.jsonl'))
    const outcome: RunOutcome = {
      ...begun,
      results,
      selection: records.map((item) => ({ ...item, subject: data.question(item.id).subject })),
      moved: movedOf(evaluated, method.id, data.tests[0]?.name ?? '', EXAMPLES),
      losses,
    }
    await record.finish()
    if (!reached('evaluation')) await writeReport(directory, outcome)
    return outcome
  } finally {
    await session.close()
  }
}
