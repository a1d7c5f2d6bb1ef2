import { join } from 'node:path'
import { GraitError } from '../../errors.js'
import type { Knowledge } from '../../knowledge/knowledge.js'
import type { Needs } from '../../rait/method.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import type { RunContext } from '../context/run-context.js'
import { readJsonLines } from '../folder/json-lines-file.js'
import { type GradientGroup, gradientsStage } from '../stages/gradients.js'
import { greedyStage } from '../stages/greedy.js'
import { hiddenStatesStage } from '../stages/hidden-states.js'
import { flowStage, knowledgeStage } from '../stages/knowledge.js'
import { probeScores, tooFewToProbe } from '../stages/probe.js'
import { rehearsalStage } from '../stages/rehearsal.js'
import { requireBothGroups, type SelectionInputs } from '../stages/selection.js'

/** Adds a finished stage to the run: its files under `as` in the run's folder, and its entry in run.json. */
export type KeepStage = (stage: FinishedStage, as?: string) => Promise<FinishedStage>

export interface Asked {
  stage: FinishedStage
  knowledge: Knowledge[]
}

/** The stages that all methods and seeds share: knowledge, greedy answers, rehearsal, flow, gradient features. Each is computed once, when first needed. */
export class SharedStages {
  private readonly begun = new Map<string, Promise<unknown>>()

  constructor(
    private readonly context: RunContext,
    private readonly keep: KeepStage,
  ) {}

  knowledge(): Promise<Asked> {
    return this.once('knowledge', async () => {
      const stage = await this.keep(await knowledgeStage(this.context))
      return { stage, knowledge: await readJsonLines<Knowledge>(join(stage.dir, 'answers.jsonl')) }
    })
  }

  /** @throws GraitError empty_group before any training, if the model knows all of the questions, or none */
  rehearsal(): Promise<FinishedStage> {
    return this.once('rehearsal', async () => {
      const { stage, knowledge } = await this.knowledge()
      requireBothGroups(knowledge, this.context.config.knowledge.threshold)
      return this.keep(await rehearsalStage(this.context, stage, knowledge))
    })
  }

  flow(): Promise<FinishedStage> {
    return this.once('flow', async () => this.keep(await flowStage(this.context, await this.rehearsal())))
  }

  greedy(): Promise<FinishedStage> {
    return this.once('greedy', async () => this.keep(await greedyStage(this.context)))
  }

  /**
   * What a linear probe on hidden states says of the source questions, each by one that did not see it.
   * @throws GraitError empty_group if there is too little to learn from
   */
  estimates(): Promise<FinishedStage> {
    return this.once('estimates', async () => {
      const { knowledge } = await this.knowledge()
      const reason = tooFewToProbe(this.context, knowledge)
      if (reason !== undefined) throw new GraitError('empty_group', `a probe can't be fitted: ${reason}`, { hint: 'Give more questions.' })
      const { train: questions, trainDigest: digest } = this.context.data
      const states = await hiddenStatesStage(this.context, { name: 'the training set', questions, digest })
      const { stage } = await probeScores(this.context, 'hidden', knowledge, { stage: states, folder: states.dir }, [])
      return this.keep(stage, 'estimates')
    })
  }

  gradients(group: GradientGroup): Promise<FinishedStage> {
    return this.once(`gradients/${group}`, async () => {
      const { knowledge } = await this.knowledge()
      const stage = await gradientsStage(this.context, await this.rehearsal(), group, knowledge)
      await this.keep({ ...stage, dir: join(stage.dir, group) }, `gradients/${group}`)
      return stage
    })
  }

  /** The inputs of a method's selection: only what the method needs, so that its key does not depend on the other methods. */
  async inputsFor(needs: Needs): Promise<SelectionInputs> {
    const { stage: knowledge } = await this.knowledge()
    return {
      knowledge,
      greedy: needs.greedy ? await this.greedy() : undefined,
      flow: needs.flow ? await this.flow() : undefined,
      idk: needsRefusalGradients(needs) ? await this.gradients('idk') : undefined,
      ik: needsGoldGradients(needs) ? await this.gradients('ik') : undefined,
      estimates: needs.estimate ? await this.estimates() : undefined,
    }
  }

  private once<T>(name: string, make: () => Promise<T>): Promise<T> {
    let promise = this.begun.get(name) as Promise<T> | undefined
    if (promise === undefined) {
      promise = make()
      this.begun.set(name, promise)
    }
    return promise
  }
}

export function needsRehearsal(needs: Needs): boolean {
  return needs.flow === true || needsRefusalGradients(needs)
}

export function needsRefusalGradients(needs: Needs): boolean {
  return needs.influence || needs.features !== undefined || needsGoldGradients(needs)
}

export function needsGoldGradients({ stability, features }: Needs): boolean {
  return stability === true || features === 'refusals-and-golds'
}
