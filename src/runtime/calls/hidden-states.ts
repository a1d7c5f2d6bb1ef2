import type { BridgeClient } from '../../bridge/client.js'
import type { ItemFailure } from '../../bridge/contract.js'
import { tensorView } from '../../bridge/tensors.js'
import { plannedStream } from './batch-stream.js'
import type { OptionNames } from './known-options.js'
import { inInputOrder, type RowBatch } from './row-order.js'
import { type Prompt, wirePrompts } from './sample.js'
import { type BatchOptions, type Plan, planFields, type RowOptions } from './stream-options.js'

/** Options of `hiddenStates`: the layers to read. */
export interface StateOptions {
  /** 0 is the embeddings, n the output of layer n; `model.info.layers` is the last one, whose output the head reads. */
  layers: readonly number[]
}

/** A planned batch of hidden states. */
export interface HiddenStatesBatch {
  /** Index of the planned batch. */
  batch: number
  ids: string[]
  /** [ids, layers, size], in the order of `ids` and of the layers asked for. */
  states: Float32Array
  /** Hidden size of the model. */
  size: number
  failures: ItemFailure[]
  /** How many times the batch limits have been halved because memory ran out. */
  halvings: number
}

/** What the layers of a model make of the last token of one prompt. */
export interface HiddenStates {
  id: string
  /** The state after each layer, in the order asked for; each has the model's hidden size. */
  states: Float32Array[]
}

export async function* hiddenStateBatches(
  client: BridgeClient,
  model: string,
  prompts: readonly Prompt[],
  options: StateOptions & BatchOptions,
): AsyncGenerator<HiddenStatesBatch, Plan, undefined> {
  const request = {
    model,
    items: wirePrompts(prompts),
    layers: [...options.layers],
    position: 'last' as const,
    ...planFields(options),
  }
  return yield* plannedStream(client, 'hiddenStates', request, options, ({ item, frames }) => ({
    ...item,
    states: tensorView(item.states, frames, 'float32'),
    size: item.states.shape[2] ?? 0,
  }))
}

export async function* hiddenStates(
  client: BridgeClient,
  model: string,
  prompts: readonly Prompt[],
  options: StateOptions & RowOptions,
): AsyncGenerator<HiddenStates, void, undefined> {
  yield* inInputOrder(
    prompts.map(({ id }) => id),
    rowsOf(hiddenStateBatches(client, model, prompts, options), options.layers.length),
    options.onFailure,
  )
}

async function* rowsOf(batches: AsyncIterable<HiddenStatesBatch>, layers: number): AsyncGenerator<RowBatch<HiddenStates>> {
  for await (const { ids, states, size, failures } of batches) {
    const state = (place: number) => states.subarray(place * size, (place + 1) * size)
    const rows = ids.map(
      (id, row) => [id, { id, states: Array.from({ length: layers }, (_, layer) => state(row * layers + layer)) }] as const,
    )
    yield { rows, failures }
  }
}

export const STATES: OptionNames<StateOptions> = { layers: true }
