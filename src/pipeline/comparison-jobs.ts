import { join } from 'node:path'
import type { Method } from '../rait/method.js'
import { ComparisonProgress } from './comparison-progress.js'
import type { TestSet } from './experiment-data.js'
import { concernsOneMethod, type MethodFailure, methodFailure } from './method-failure.js'
import { evaluateOn, INITIAL, selectFor, tuneOn, withMethod } from './method-run.js'
import type { OpenRun } from './open-run.js'
import { labelled } from './reporter.js'
import { type EvaluatedSet, writeEvaluations } from './results-of-run.js'
import type { RunContext } from './run-context.js'
import type { KeepStage, SharedStages } from './shared-stages.js'
import type { FinishedStage } from './stage-cache.js'
import type { Respondent } from './stages/evaluation.js'
import { readSelection } from './stages/selection.js'

const TUNING = 'tuning'

/** Called with the kind of job that a stage was, once it is finished. */
type Finished = (kind: string, stage: FinishedStage) => void

/** The tunings and evaluations of a comparison, and what comes of them. */
export class ComparisonJobs {
  readonly evaluated: EvaluatedSet[] = []
  readonly failures: MethodFailure[] = []
  private readonly progress: ComparisonProgress
  /** What the methods noted, with the seeds it holds for. */
  private readonly noted = new Map<string, number[]>()

  /** @param tunings how many there will be: methods times seeds */
  constructor(
    private readonly run: OpenRun,
    private readonly shared: SharedStages,
    tunings: number,
  ) {
    const planned = this.kinds().map((kind): [string, number] => [kind, kind === TUNING ? tunings : INITIAL.length + tunings])
    this.progress = new ComparisonProgress(run.context.reporter, new Map(planned))
  }

  /** The initial model, which depends on no seed, on every test set. */
  async evaluateInitial(): Promise<void> {
    for (const respondent of INITIAL) {
      await this.evaluate(this.run.context, respondent, (kind, stage) => this.progress.finished(kind, stage))
    }
  }

  /** Selects, tunes and evaluates; a failure of the method is kept, one of all is thrown. */
  async runMethod(method: Method, seed: number): Promise<void> {
    const { context } = this.run
    const reporter = labelled(context.reporter, `seed ${seed}`)
    const left = new Set(this.kinds())
    const finished: Finished = (kind, stage) => {
      left.delete(kind)
      this.progress.finished(kind, stage)
    }
    try {
      const own = { ...context, config: withMethod(context.config, method, seed), reporter }
      await this.evaluate(own, await this.tune(own, method, finished), finished)
    } catch (error) {
      if (!concernsOneMethod(error, context.signal)) throw error
      const failure = methodFailure(method.id, seed, error)
      reporter.warning(`${method.id} failed: ${failure.message}`)
      this.failures.push(failure)
      for (const kind of left) this.progress.dropped(kind)
    }
  }

  /** What the methods noted of their selections, one sentence each. */
  notes(seeds: readonly number[]): string[] {
    return [...this.noted].map(([note, of]) =>
      of.length === seeds.length ? note : `${note} (${of.length > 1 ? 'seeds' : 'seed'} ${of.join(', ')})`,
    )
  }

  private async tune(context: RunContext, method: Method, finished: Finished): Promise<Respondent> {
    const { seed } = context.config
    const keep: KeepStage = (stage, as = stage.name) => this.run.keep(stage, join(folderOf(method.id, seed), as))
    const selection = await selectFor(context, method, this.shared, keep)
    for (const text of (await readSelection(selection)).notes) {
      const note = `${method.id}: ${text}`
      this.noted.set(note, [...(this.noted.get(note) ?? []), seed])
    }
    const tuned = await tuneOn(context, method, selection, keep)
    finished(TUNING, tuned.tuning)
    return tuned
  }

  private async evaluate(context: RunContext, respondent: Respondent, finished: Finished): Promise<void> {
    const folder = folderOf(respondent.method, context.config.seed)
    for (const test of context.data.tests) {
      const set = await evaluateOn(context, test, respondent, async (stage) => {
        finished(evaluationOf(test), stage)
        await this.run.record.add(stage, join(folder, evaluationOf(test)))
      })
      await writeEvaluations(this.run.directory, [set], folder)
      this.evaluated.push(set)
    }
  }

  /** What a method and seed cost: a tuning, an evaluation a test set. */
  private kinds(): string[] {
    return [TUNING, ...this.run.context.data.tests.map(evaluationOf)]
  }
}

function evaluationOf({ name }: TestSet): string {
  return `evaluation/${name}`
}

function folderOf(method: string, seed: number): string {
  return join('methods', method, `seed-${seed}`)
}
