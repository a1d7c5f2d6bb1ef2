import type { Config } from '../../config/schema.js'
import { INIT_BASIC, INIT_REFUSE } from '../../evaluation/result-rows.js'
import type { Method } from '../../rait/method.js'
import { methodById } from '../../rait/methods/registry.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import type { ExperimentData, TestSet } from '../context/experiment-data.js'
import type { RunContext } from '../context/run-context.js'
import { evaluationStage, type Respondent } from '../stages/evaluation.js'
import { firstRoundStage } from '../stages/first-round.js'
import { selectionStage } from '../stages/selection.js'
import { tuningStage } from '../stages/tuning.js'
import { type EvaluatedSet, judgeEvaluation } from './results-of-run.js'
import type { KeepStage, SharedStages } from './shared-stages.js'

/** The baselines: the initial model with the plain instruction, and with the one that allows refusing. They depend on no seed. */
export const INITIAL: readonly Respondent[] = [
  { method: INIT_BASIC, instruction: 'plain' },
  { method: INIT_REFUSE, instruction: 'refuse' },
]

/** The configuration of one method and seed. */
export function withMethod(config: Config, { id }: Method, seed: number): Config {
  return { ...config, seed, selection: { ...config.selection, method: id } }
}

export type TunedRespondent = Respondent & { tuning: FinishedStage }

/** Selects the training set of a method, with the seed of the context. */
export async function selectFor(context: RunContext, method: Method, shared: SharedStages, keep: KeepStage): Promise<FinishedStage> {
  const { knowledge } = await shared.knowledge()
  const inputs = await shared.inputsFor(method.needs)
  const firstRound = method.needs.firstRound && (await firstRoundOf(context, methodById(method.needs.firstRound), shared, keep))
  return keep(await selectionStage(context, method, knowledge, firstRound ? { ...inputs, firstRound } : inputs), 'selection')
}

/** The answers of a model that is tuned by another method first, with the same seed. */
async function firstRoundOf(context: RunContext, method: Method, shared: SharedStages, keep: KeepStage): Promise<FinishedStage> {
  const first = { ...context, config: withMethod(context.config, method, context.config.seed) }
  const inside: KeepStage = (stage, as = stage.name) => keep(stage, `first-round/${as}`)
  const { tuning } = await tuneOn(first, method, await selectFor(first, method, shared, inside), inside)
  return inside(await firstRoundStage(first, tuning), 'answers')
}

/** Tunes the initial model on a selection, with the seed of the context. */
export async function tuneOn(context: RunContext, method: Method, selection: FinishedStage, keep: KeepStage): Promise<TunedRespondent> {
  const tuning = await keep(await tuningStage(context, selection), 'tuning')
  return { method: method.id, instruction: 'refuse', tuning }
}

/** Those whose confidence has a threshold: a tuned model has none if it was tuned on the questions that thresholds are set on. */
export function respondentsWithThreshold({ thresholdSet }: ExperimentData, respondents: readonly Respondent[]): Respondent[] {
  return respondents.filter(({ tuning }) => tuning === undefined || !thresholdSet.trainedOn)
}

/** Asks a respondent the questions of a test set and judges the answers. */
export async function evaluateOn(
  context: RunContext,
  test: TestSet,
  respondent: Respondent,
  finished: (stage: FinishedStage) => Promise<void>,
): Promise<EvaluatedSet> {
  const stage = await evaluationStage(context, test, respondent)
  await finished(stage)
  return judgeEvaluation(stage.dir, test, respondent.method, context.config.seed, context.data, context.signal)
}
