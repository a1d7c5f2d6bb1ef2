import type { BridgeClient } from '../../bridge/client.js'
import type { Item } from '../../bridge/contract.js'
import { plannedStream } from './batch-stream.js'
import type { OptionNames } from './known-options.js'
import { inInputOrder, type RowBatch } from './row-order.js'
import { type Prompt, wirePrompts } from './sample.js'
import { type Plan, type RowOptions, type SplitOptions, splitFields } from './stream-options.js'

/** How texts are drawn. */
export interface SamplingOptions {
  /** Texts a prompt; default 1. */
  samples?: number | undefined
  /** 0, the default, is greedy. */
  temperature?: number | undefined
  /** Most tokens of one text; default 16. */
  maxTokens?: number | undefined
  /** A text ends before the first of these; default none. */
  stop?: readonly string[] | undefined
  /** Draws depend on it, on the id, the sample and the step, and on nothing else; default 0. */
  seed?: number | undefined
}

/** A planned batch of generated texts, and the prompts that could not be computed. */
export interface GenerationBatch extends Item<'generate'> {}
type GeneratedRow = GenerationBatch['rows'][number]
/** Texts of one prompt; `tokens` drawn for each and the sum of their log-probabilities at temperature 1, nats. */
export interface Generation extends GeneratedRow {}

export async function* generateBatches(
  client: BridgeClient,
  model: string,
  prompts: readonly Prompt[],
  options: SamplingOptions & SplitOptions,
): AsyncGenerator<GenerationBatch, Plan, undefined> {
  const request = {
    model,
    items: wirePrompts(prompts),
    samples: options.samples ?? 1,
    temperature: options.temperature ?? 0,
    maxTokens: options.maxTokens ?? 16,
    stop: [...(options.stop ?? [])],
    seed: options.seed ?? 0,
    ...splitFields(options),
  }
  return yield* plannedStream(client, 'generate', request, options, ({ item }) => item)
}

export async function* generate(
  client: BridgeClient,
  model: string,
  prompts: readonly Prompt[],
  options: SamplingOptions & RowOptions,
): AsyncGenerator<Generation, void, undefined> {
  const rows = rowsOf(generateBatches(client, model, prompts, options))
  yield* inInputOrder(
    prompts.map(({ id }) => id),
    rows,
    options.onFailure,
  )
}

async function* rowsOf(batches: AsyncIterable<GenerationBatch>): AsyncGenerator<RowBatch<Generation>> {
  for await (const { rows, failures } of batches) yield { rows: rows.map((row) => [row.id, row] as const), failures }
}

export const SAMPLING: OptionNames<SamplingOptions> = { samples: true, temperature: true, maxTokens: true, stop: true, seed: true }
