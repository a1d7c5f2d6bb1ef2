import type { GenerationBatch, ScoredTarget } from '../../runtime/calls/generate.js'
import type { Prompt } from '../../runtime/calls/sample.js'
import type { Model } from '../../runtime/model.js'
import { collectPlanned, jsonCodec } from '../cache/planned-batches.js'
import { UnitStore } from '../cache/unit-store.js'
import type { RunContext } from '../context/run-context.js'
import { streamOptions } from './stream-options.js'

/** How the answers of a stage are drawn. */
interface Drawing {
  /** Name of the stage, for progress. */
  stage: string
  /** Folder of the finished batches. */
  store: string
  samples: number
  temperature: number
  maxTokens: number
  seed: number
  targets?: readonly ScoredTarget[] | undefined
}

/** Answers of one line to prompts, batch by batch; batches that are in the store are not drawn again. */
export async function generatedBatches(
  context: RunContext,
  model: Model,
  items: readonly Prompt[],
  { stage, store, ...drawing }: Drawing,
): Promise<AsyncIterable<GenerationBatch>> {
  const units = await UnitStore.open(store, await context.session.maker())
  return collectPlanned(units, jsonCodec<GenerationBatch>(), (completed, halvings) =>
    model.generateBatches(items, {
      ...drawing,
      stop: ['\n'],
      thinkTokens: context.config.model.thinkTokens,
      completed,
      halvings,
      ...streamOptions(context, stage),
    }),
  )
}

/** The greedy drawing of one answer. */
export const GREEDY = { samples: 1, temperature: 0, seed: 0 } as const
