import { join } from 'node:path'
import { GraitError } from '../../errors.js'
import type { ProbeKind } from '../../evaluation/untrained/untrained.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import type { TestSet } from '../context/experiment-data.js'
import type { RunContext } from '../context/run-context.js'
import { refusalGradients } from '../stages/gradients.js'
import { hiddenStatesStage } from '../stages/hidden-states.js'
import { probeScores, type StoredFeatures, tooFewToProbe } from '../stages/probe.js'
import type { SharedStages } from './shared-stages.js'

/** Puts a finished stage into run.json, under the name that it has in the run. */
export type RecordStage = (stage: FinishedStage, as: string) => Promise<void>

/** What probes say of the questions of a set, by id. */
export type ProbedQuestions = Map<string, Partial<Record<ProbeKind, number>>>

export interface Probed {
  bySet: Map<TestSet, ProbedQuestions>
  /** The probes that could be asked. */
  kinds: Set<ProbeKind>
  /** Why others are left out, one sentence each. */
  notes: string[]
}

/**
 * Asks the probes about every set. A question that a probe learnt from is scored by one that did not see it.
 * @param withGradients whether the run computes gradients anyway
 */
export async function probedSets(
  context: RunContext,
  shared: SharedStages,
  sets: readonly TestSet[],
  withGradients: boolean,
  record: RecordStage,
): Promise<Probed> {
  const probed: Probed = { bySet: new Map(sets.map((set) => [set, new Map()])), kinds: new Set(), notes: [] }
  const { knowledge } = await shared.knowledge()
  const reason = tooFewToProbe(context, knowledge)
  if (reason !== undefined) return { ...probed, notes: [`probes are left out: ${reason}.`] }
  const add = async (kind: ProbeKind, learnt: StoredFeatures, asked: StoredFeatures[]) => {
    const scores = await probeScores(context, kind, knowledge, learnt, asked)
    await record(scores.stage, `probe/${kind}`)
    for (const [index, set] of sets.entries()) {
      const ofSet = probed.bySet.get(set) as ProbedQuestions
      const isSource = set === context.data.thresholdSet && context.data.thresholdSet.trainedOn
      for (const [id, logOdds] of scores.asked[index] ?? []) {
        ofSet.set(id, { ...ofSet.get(id), [kind]: (isSource ? scores.own.get(id) : undefined) ?? logOdds })
      }
    }
    probed.kinds.add(kind)
  }
  const states = await statesOf(context, sets, record)
  if (typeof states === 'string') probed.notes.push(`probe-hidden is left out: ${states}.`)
  else await add('hidden', states.learnt, states.asked)
  if (!withGradients) return { ...probed, notes: [...probed.notes, 'probe-gradient is left out: no method here needs gradients.'] }
  const rehearsal = await shared.rehearsal()
  const stored = (stage: StoredFeatures['stage']): StoredFeatures => ({ stage, folder: join(stage.dir, 'idk') })
  const asked: StoredFeatures[] = []
  for (const set of sets) {
    const stage = await refusalGradients(context, rehearsal, set)
    await record(stage, `gradients/idk/${set.name}`)
    asked.push(stored(stage))
  }
  await add('gradient', stored(await shared.gradients('idk')), asked)
  return probed
}

/** Hidden states of D_src and of every set; why there are none, if the model gives none. */
async function statesOf(
  context: RunContext,
  sets: readonly TestSet[],
  record: RecordStage,
): Promise<{ learnt: StoredFeatures; asked: StoredFeatures[] } | string> {
  const { train, trainDigest } = context.data
  try {
    const states = async (set: TestSet, as: string): Promise<StoredFeatures> => {
      const stage = await hiddenStatesStage(context, set)
      await record(stage, as)
      return { stage, folder: stage.dir }
    }
    const learnt = await states({ name: 'the training set', questions: train, digest: trainDigest }, 'states')
    const asked: StoredFeatures[] = []
    for (const set of sets) asked.push(await states(set, `states/${set.name}`))
    return { learnt, asked }
  } catch (error) {
    if (GraitError.isInstance(error) && error.code === 'model_unsupported') return error.message
    throw error
  }
}
