import { join } from 'node:path'
import type { Method } from '../../rait/method.js'
import { type MethodNote, selectionNotes } from '../../report/method-notes.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import type { TestSet } from '../context/experiment-data.js'
import type { RunContext } from '../context/run-context.js'
import { evaluateOn, INITIAL, respondentsWithThreshold, selectFor, tuneOn, withMethod } from '../experiment/method-run.js'
import type { OpenRun } from '../experiment/open-run.js'
import type { RecordStage } from '../experiment/probed-sets.js'
import { type EvaluatedSet, writeEvaluations } from '../experiment/results-of-run.js'
import { type KeepStage, needsRefusalGradients, type SharedStages } from '../experiment/shared-stages.js'
import { untrainedSets } from '../experiment/untrained-rows.js'
import { untrainedStages } from '../experiment/untrained-stages.js'
import { labelled } from '../reporter.js'
import type { Respondent } from '../stages/evaluation.js'
import { notesOnSelection } from '../stages/selection.js'
import { concernsOneMethod, type MethodFailure, methodFailure } from './method-failure.js'
import { ComparisonProgress } from './progress.js'

const TUNING = 'tuning'

/** A method with a seed. */
interface Job {
  method: Method
  seed: number
  context: RunContext
  /** Kinds of jobs that are not done yet. */
  left: Set<string>
}

/** Called with the kind of job and its stage, once the stage is finished. */
type Finished = (kind: string, stage: FinishedStage) => void

/** The tunings and evaluations of a comparison, and their outcomes. */
export class ComparisonJobs {
  readonly evaluated: EvaluatedSet[] = []
  /** The same methods and seeds on the questions that thresholds are set on. */
  readonly thresholds: EvaluatedSet[] = []
  readonly failures: MethodFailure[] = []
  private readonly selected: (Job & { selection: FinishedStage })[] = []
  private firstError: unknown
  private readonly progress: ComparisonProgress
  /** Notes of the methods about their selections. */
  private readonly noted: MethodNote[] = []
  private readonly notesOnUntrained: string[] = []
  /** How many stages of each name the rows without training still take. */
  private readonly untrained: Map<string, number>

  /** @param seeds how many each method is run with */
  constructor(
    private readonly run: OpenRun,
    private readonly shared: SharedStages,
    methods: readonly Method[],
    seeds: number,
  ) {
    const ofTuned = new Set(this.kinds())
    const { tests, thresholdSet } = run.context.data
    const planned = [TUNING, ...[...tests, thresholdSet].map(evaluationOf)].map((kind): [string, number] => {
      return [kind, (kind === TUNING ? 0 : INITIAL.length) + (ofTuned.has(kind) ? methods.length * seeds : 0)]
    })
    this.untrained = untrainedStages(
      run.context.data,
      methods.some(({ needs }) => needsRefusalGradients(needs)),
    )
    this.progress = new ComparisonProgress(run.context.reporter, new Map([...planned, ...this.untrained]))
  }

  /** Selects the training set of a method and seed. All are selected before any is tuned, so that failures show early. */
  async select(method: Method, seed: number): Promise<void> {
    const context = this.contextOf(method, seed)
    const job: Job = { method, seed, context, left: new Set(this.kinds()) }
    await this.sparingOthers(job, async () => {
      const selection = await selectFor(context, method, this.shared, this.keepFor(job))
      for (const message of await notesOnSelection(selection, context.data)) this.noted.push({ method: method.id, seed, message })
      this.selected.push({ ...job, selection })
    })
  }

  /**
   * Evaluates the initial model, which depends on no seed, on every test set.
   * @throws the first failure, if no method could select a training set
   */
  async evaluateInitial(): Promise<void> {
    if (this.selected.length === 0) throw this.firstError
    for (const respondent of INITIAL) {
      await this.evaluate(this.run.context, respondent, (kind, stage) => this.progress.finished(kind, stage))
    }
    await this.addUntrained()
  }

  /** Methods without training follow from the initial model's answers, with thresholds that are set on other questions. */
  private async addUntrained(): Promise<void> {
    const { context, directory } = this.run
    const isBasic = ({ method }: EvaluatedSet) => method === INITIAL[0]?.method
    const aside = this.thresholds.find(isBasic)
    if (aside === undefined) return
    const finished: RecordStage = async (stage, as) => {
      this.untrained.set(stage.name, (this.untrained.get(stage.name) ?? 0) - 1)
      this.progress.finished(stage.name, stage)
      await this.run.record.add(stage, as)
    }
    const needs = this.selected.map(({ method }) => method.needs)
    const untrained = await untrainedSets(context, this.shared, this.evaluated.filter(isBasic), aside, needs, finished)
    for (const [name, left] of this.untrained) for (let job = 0; job < left; job++) this.progress.dropped(name)
    this.notesOnUntrained.push(...untrained.notes)
    for (const set of [...untrained.sets, ...untrained.thresholds]) {
      await writeEvaluations(directory, [set], folderOf(set.method, context.config.seed))
    }
    this.evaluated.push(...untrained.sets)
  }

  /** Tunes and evaluates every method and seed that has a training set, in the order of their selections. */
  async tuneAndEvaluate(): Promise<void> {
    for (const job of this.selected) {
      const { method, context, selection, left } = job
      const finished: Finished = (kind, stage) => {
        left.delete(kind)
        this.progress.finished(kind, stage)
      }
      await this.sparingOthers(job, async () => {
        const tuned = await tuneOn(context, method, selection, this.keepFor(job))
        finished(TUNING, tuned.tuning)
        await this.evaluate(context, tuned, finished)
      })
    }
  }

  /** Notes of the methods about their selections, and on rows that are left out, one sentence each. */
  notes(seeds: readonly number[]): string[] {
    return [...selectionNotes(this.noted, seeds), ...this.notesOnUntrained]
  }

  /** Records a failure of one method; throws an error that affects all. */
  private async sparingOthers({ method, seed, context, left }: Job, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!concernsOneMethod(error, context.signal)) throw error
      this.firstError ??= error
      const failure = methodFailure(method.id, seed, error)
      const before = this.failures.find(({ message }) => message === failure.message)
      const reason = before === undefined ? failure.message : `as ${before.method} did with seed ${before.seed}`
      context.reporter.warning(`${method.id} failed: ${reason}`)
      this.failures.push(failure)
      for (const kind of left) this.progress.dropped(kind)
    }
  }

  private async evaluate(context: RunContext, respondent: Respondent, finished: Finished): Promise<void> {
    const folder = folderOf(respondent.method, context.config.seed)
    const { tests, thresholdSet } = context.data
    const hasThreshold = respondentsWithThreshold(context.data, [respondent]).length > 0
    for (const test of hasThreshold ? [...tests, thresholdSet] : tests) {
      const set = await evaluateOn(context, test, respondent, async (stage) => {
        finished(evaluationOf(test), stage)
        await this.run.record.add(stage, join(folder, evaluationOf(test)))
      })
      await writeEvaluations(this.run.directory, [set], folder)
      const sets = test === thresholdSet ? this.thresholds : this.evaluated
      sets.push(set)
    }
  }

  private contextOf(method: Method, seed: number): RunContext {
    const { context } = this.run
    return { ...context, config: withMethod(context.config, method, seed), reporter: labelled(context.reporter, `seed ${seed}`) }
  }

  private keepFor({ method, seed }: Job): KeepStage {
    return (stage, as = stage.name) => this.run.keep(stage, join(folderOf(method.id, seed), as))
  }

  /** The jobs of a method and seed: one tuning, one evaluation per test set, and one to set a threshold. */
  private kinds(): string[] {
    const { tests, thresholdSet } = this.run.context.data
    return [TUNING, ...(thresholdSet.trainedOn ? tests : [...tests, thresholdSet]).map(evaluationOf)]
  }
}

function evaluationOf({ name }: TestSet): string {
  return `evaluation/${name}`
}

function folderOf(method: string, seed: number): string {
  return join('methods', method, `seed-${seed}`)
}
