import type { BridgeClient } from '../../bridge/client.js'
import type { Item, Request } from '../../bridge/contract.js'
import { plannedStream } from './batch-stream.js'
import type { OptionNames } from './known-options.js'
import { inInputOrder, type RowBatch } from './row-order.js'
import { type Prompt, wirePrompts } from './sample.js'
import { type BatchOptions, type Plan, planFields, type RowOptions } from './stream-options.js'

/** Options of `generate`: number of samples, temperature, length, stop strings and seed. */
export interface SamplingOptions {
  /** Number of texts per prompt; default 1. */
  samples?: number | undefined
  /** Sampling temperature; 0, the default, is greedy decoding. */
  temperature?: number | undefined
  /** Maximum number of tokens of one text; default 16. */
  maxTokens?: number | undefined
  /** Stop strings: a text ends before the first of these that comes with or after its first visible character; default none. */
  stop?: readonly string[] | undefined
  /** Seed; the random numbers depend only on the seed, the prompt id, the sample and the step. Default 0. */
  seed?: number | undefined
  /**
   * Maximum number of tokens of a thought before an answer; the thought itself is not part of the text. Default 0: thinking is
   * switched off, or ended before it begins.
   */
  thinkTokens?: number | undefined
  /** Answers whose log-probability after every prompt is computed beside the texts; default none. Not with `thinkTokens`. */
  targets?: readonly ScoredTarget[] | undefined
}

/**
 * An answer that `generate` scores: log p(text | prompt), with the text encoded like the target of a training sample; `ends`: with the
 * end-of-turn token after it.
 */
export interface ScoredTarget extends WireTarget {}
type WireTarget = Request<'generate'>['targets'][number]

/** A planned batch of generated texts, with the prompts that failed. */
export interface GenerationBatch extends Item<'generate'> {}
type GeneratedRow = GenerationBatch['rows'][number]
/**
 * The texts generated for one prompt, with each text's number of tokens and their summed log-probability at temperature 1, nats; and
 * the log-probability and number of tokens of each of `targets`.
 */
export interface Generation extends GeneratedRow {}

export async function* generateBatches(
  client: BridgeClient,
  model: string,
  prompts: readonly Prompt[],
  options: SamplingOptions & BatchOptions,
): AsyncGenerator<GenerationBatch, Plan, undefined> {
  const request = {
    model,
    items: wirePrompts(prompts),
    samples: options.samples ?? 1,
    temperature: options.temperature ?? 0,
    maxTokens: options.maxTokens ?? 16,
    stop: [...(options.stop ?? [])],
    seed: options.seed ?? 0,
    thinkTokens: options.thinkTokens ?? 0,
    targets: (options.targets ?? []).map(({ text, ends }) => ({ text, ends })),
    ...planFields(options),
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

export const SAMPLING: OptionNames<SamplingOptions> = {
  samples: true,
  temperature: true,
  maxTokens: true,
  stop: true,
  seed: true,
  thinkTokens: true,
  targets: true,
}
