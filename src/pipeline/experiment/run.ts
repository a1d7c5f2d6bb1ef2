import { join } from 'node:path'
import type { LoadedConfig } from '../../config/load.js'
import type { Config } from '../../config/schema.js'
import type { Results } from '../../evaluation/result-rows.js'
import type { Method } from '../../rait/method.js'
import { ownMethod } from '../../rait/methods/chosen-methods.js'
import { methodById } from '../../rait/methods/registry.js'
import { instructionNotes } from '../../report/result-notes.js'
import type { QuestionKnowledge } from '../../report/terminal/knowledge-table.js'
import type { MovedGroup } from '../../report/terminal/moved-questions.js'
import type { SelectedQuestion } from '../../report/terminal/selection-table.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import { type RunData, runData } from '../context/run-data.js'
import { readJsonLines } from '../folder/json-lines-file.js'
import { readStoredJson } from '../folder/stored-json.js'
import { writeReport } from '../report/write-report.js'
import { type InfluenceRecord, isKnown, notesOnSelection, requireBothGroups } from '../stages/selection.js'
import { evaluateOn, INITIAL, respondentsWithThreshold, selectFor, tuneOn, withMethod } from './method-run.js'
import { type OpenRunOptions, withRun } from './open-run.js'
import { type EvaluatedSet, inTableOrder, movedOf, resultsOf, writeEvaluations } from './results-of-run.js'
import { needsRehearsal, SharedStages } from './shared-stages.js'
import type { StageName } from './stage-names.js'
import { untrainedSets } from './untrained-rows.js'

/** Options of `runExperiment`: where to stop, and your own methods. */
export interface RunOptions extends OpenRunOptions {
  /** Stop after this stage. */
  until?: StageName | undefined
  /** Your own methods. The run uses the one that `selection.method` names, or the only one in the list. */
  methods?: readonly Method[] | undefined
}

/** The outcome of an experiment: results, selected questions and training losses. */
export interface RunOutcome {
  /** The run's folder. */
  dir: string
  /** The configuration's name. */
  name: string
  config: Config
  /** The questions of the run. */
  data: RunData
  /** What the initial model knows of every training question. */
  knowledge: QuestionKnowledge[]
  /** Notes for the reader of the results, one sentence each: about the data, the training set, and what the results may come from. */
  notes: string[]
  /** Undefined if `until` stopped the run before the evaluation; the following lists are empty if it stopped before their stage. */
  results: Results | undefined
  /** Every training question: whether it was selected, and its weight. */
  selection: SelectedQuestion[]
  /** How the answers to the first test set changed from the initial to the tuned model. */
  moved: MovedGroup[]
  /** Training loss of every optimizer step of the tuning. */
  losses: number[]
}

/** Number of example questions for each change of outcome. */
const EXAMPLES = 3

/**
 * Runs one experiment: knowledge, rehearsal, gradients, selection, tuning, evaluation and report. Stages that an earlier
 * run finished are taken from the cache; an interrupted run resumes where it stopped and ends with the same bytes.
 * @throws GraitError for bad configuration or data before anything is written, empty_group before any training
 */
export async function runExperiment(loaded: LoadedConfig, options: RunOptions = {}): Promise<RunOutcome> {
  const { name } = loaded
  const method = methodOf(loaded.config, (options.methods ?? []).map(ownMethod))
  const config = withMethod(loaded.config, method, loaded.config.seed)
  const { until } = options
  return withRun({ config, name }, options, { methods: [method] }, async ({ context, directory, record, keep }) => {
    const { data } = context
    const shared = new SharedStages(context, keep)
    const { knowledge } = await shared.knowledge()
    const subjectOf = ({ id }: { id: string }) => data.question(id).subject
    const { threshold } = config.knowledge
    const begun: RunOutcome = {
      dir: directory.path,
      name,
      config,
      data: runData(data),
      knowledge: knowledge.map((item) => ({ subject: subjectOf(item), correctness: item.correctness, known: isKnown(item, threshold) })),
      notes: data.notes,
      results: undefined,
      selection: [],
      moved: [],
      losses: [],
    }
    if (until === 'knowledge') return begun
    requireBothGroups(knowledge, threshold)
    if (needsRehearsal(method.needs)) await shared.rehearsal()
    if (until === 'rehearsal') return begun
    if (method.needs.flow) await shared.flow()
    if (until === 'flow') return begun
    await shared.inputsFor(method.needs)
    if (until === 'gradients') return begun

    const selection = await selectFor(context, method, shared, keep)
    const records = await readJsonLines<InfluenceRecord>(join(selection.dir, 'influence.jsonl'))
    const chosen: RunOutcome = {
      ...begun,
      notes: [...begun.notes, ...(await notesOnSelection(selection, data)).map((note) => `${method.id}: ${note}`)],
      selection: records.map((item) => ({ ...item, subject: subjectOf(item) })),
    }
    if (until === 'selection') return chosen
    const tuned = await tuneOn(context, method, selection, keep)
    if (until === 'tuning') return chosen

    const evaluated: EvaluatedSet[] = []
    for (const test of data.tests) {
      for (const respondent of [...INITIAL, tuned]) {
        const finished = (stage: FinishedStage) => record.add(stage, `evaluation/${test.name}/${respondent.method}`)
        evaluated.push(await evaluateOn(context, test, respondent, finished))
      }
    }
    const thresholds: EvaluatedSet[] = []
    for (const respondent of respondentsWithThreshold(data, [...INITIAL, tuned])) {
      const finished = (stage: FinishedStage) => record.add(stage, `evaluation/${data.thresholdSet.name}/${respondent.method}`)
      thresholds.push(await evaluateOn(context, data.thresholdSet, respondent, finished))
    }
    const [aside] = thresholds
    const untrained =
      aside === undefined
        ? { sets: [], thresholds: [], notes: [] }
        : await untrainedSets(
            context,
            shared,
            evaluated.filter((set) => set.method === aside.method),
            aside,
            [method.needs],
            (stage, as) => record.add(stage, as),
          )
    const everyRow = inTableOrder([...evaluated, ...untrained.sets], [method], data.tests)
    await writeEvaluations(directory, [...everyRow, ...thresholds, ...untrained.thresholds])
    const results = await resultsOf(everyRow, thresholds, { config, signal: context.signal })
    await directory.write('results.json', `${JSON.stringify(results, null, 2)}\n`)
    const { losses } = await readStoredJson<{ losses: number[] }>(join(tuned.tuning.dir, 'training.json'))
    const outcome: RunOutcome = {
      ...chosen,
      notes: [...chosen.notes, ...untrained.notes, ...instructionNotes(results)],
      results,
      moved: movedOf(evaluated, method.id, data.tests[0]?.name ?? '', EXAMPLES),
      losses,
    }
    if (until !== 'evaluation') await writeReport(directory, { ...outcome, data }, context)
    return outcome
  })
}

function methodOf({ selection }: Config, own: readonly Method[]): Method {
  return own.find(({ id }) => id === selection.method) ?? (own.length === 1 ? (own[0] as Method) : methodById(selection.method))
}
