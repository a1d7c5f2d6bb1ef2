import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoadedConfig } from '../config/load.js'
import type { Config } from '../config/schema.js'
import type { Results } from '../evaluation/results.js'
import type { Knowledge } from '../knowledge/knowledge.js'
import { methodById } from '../rait/index.js'
import type { MovedGroup } from '../report/moved-questions.js'
import type { SelectedQuestion } from '../report/selection-table.js'
import { graitHome } from '../runtime/provision/home.js'
import { type ExperimentData, loadExperimentData } from './experiment-data.js'
import { readJsonLines } from './json-lines-file.js'
import { ModelSession } from './model-session.js'
import { type RunReporter, silentReporter } from './reporter.js'
import { type EvaluatedSet, judgeEvaluation, movedOf, resultsOf, writeEvaluations } from './results-of-run.js'
import type { RunContext } from './run-context.js'
import { defaultRunPath, RunDirectory } from './run-directory.js'
import { RunRecord } from './run-record.js'
import { type FinishedStage, StageCache } from './stage-cache.js'
import type { StageName } from './stage-names.js'
import { evaluationStage, type Respondent } from './stages/evaluation.js'
import { gradientsStage } from './stages/gradients.js'
import { flowStage, knowledgeStage } from './stages/knowledge.js'
import { rehearsalStage } from './stages/rehearsal.js'
import { writeReport } from './stages/report.js'
import { type InfluenceRecord, knownAndUnknown, selectionStage } from './stages/selection.js'
import { tuningStage } from './stages/tuning.js'

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

    const knowledge = await keep(await knowledgeStage(context))
    const known = await readJsonLines<Knowledge>(join(knowledge.dir, 'answers.jsonl'))
    knownAndUnknown(known, config.knowledge.threshold)
    if (reached('knowledge')) return await stopped()

    let rehearsal: FinishedStage | undefined
    const { influence, stability, greedyFeatures, flow: needsFlow } = method.needs
    if (influence || stability || greedyFeatures || needsFlow) {
      rehearsal = await keep(await rehearsalStage(context, knowledge, known))
    }
    if (reached('rehearsal')) return await stopped()

    let flow: FinishedStage | undefined
    if (needsFlow && rehearsal !== undefined) flow = await keep(await flowStage(context, rehearsal))
    if (reached('flow')) return await stopped()

    let idk: FinishedStage | undefined
    let ik: FinishedStage | undefined
    if (rehearsal !== undefined && (influence || stability || greedyFeatures)) {
      idk = await gradientsStage(context, rehearsal, 'idk', known)
      await keep({ ...idk, dir: join(idk.dir, 'idk') }, 'gradients/idk')
    }
    if (rehearsal !== undefined && (stability || greedyFeatures)) {
      ik = await gradientsStage(context, rehearsal, 'ik', known)
      await keep({ ...ik, dir: join(ik.dir, 'ik') }, 'gradients/ik')
    }
    if (reached('gradients')) return await stopped()

    const selection = await keep(await selectionStage(context, method, known, { knowledge, idk, ik, flow }))
    if (reached('selection')) return await stopped()
    const tuning = await keep(await tuningStage(context, selection))
    if (reached('tuning')) return await stopped()

    const respondents: Respondent[] = [
      { method: 'init-basic', instruction: 'plain' },
      { method: 'init-refuse', instruction: 'refuse' },
      { method: method.id, instruction: 'refuse', tuning },
    ]
    const evaluated: EvaluatedSet[] = []
    for (const test of data.tests) {
      for (const respondent of respondents) {
        const stage = await evaluationStage(context, test, respondent)
        await record.add(stage, `evaluation/${test.name}/${respondent.method}`)
        evaluated.push(await judgeEvaluation(stage.dir, test, respondent.method, config.seed, data))
      }
    }
    await writeEvaluations(directory, evaluated)
    const results = await resultsOf(evaluated, config)
    await directory.write('results.json', `${JSON.stringify(results, null, 2)}\n`)
    const { losses } = JSON.parse(await readFile(join(tuning.dir, 'training.json'), 'utf8')) as { losses: number[] }
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
