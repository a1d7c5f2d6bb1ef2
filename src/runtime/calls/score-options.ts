import type { BridgeClient } from '../../bridge/client.js'
import type { ItemFailure } from '../../bridge/contract.js'
import { tensorView } from '../../bridge/tensors.js'
import { GraitError } from '../../errors.js'
import { plannedStream } from './batch-stream.js'
import { inInputOrder, type RowBatch } from './row-order.js'
import { type OptionsPrompt, wirePrompts } from './sample.js'
import { type BatchOptions, type Plan, planFields, type RowOptions } from './stream-options.js'

/** A planned batch of option scores. */
export interface OptionScoresBatch {
  /** Index of the planned batch. */
  batch: number
  ids: string[]
  /** Number of options of each id. */
  counts: number[]
  /** log p(option | prompt), nats, [sum of counts], in the order of `ids`. */
  logprobs: Float64Array
  failures: ItemFailure[]
  /** How many times the batch limits have been halved because memory ran out. */
  halvings: number
}

/** The log-probability of each option of one prompt. */
export interface OptionScores {
  id: string
  /** log p(option | prompt) of each option, summed over its tokens, nats. */
  logprobs: Float64Array
}

export async function* scoreOptionBatches(
  client: BridgeClient,
  model: string,
  items: readonly OptionsPrompt[],
  options: BatchOptions,
): AsyncGenerator<OptionScoresBatch, Plan, undefined> {
  const prompts = wirePrompts(items)
  refuseWithoutOptions(items)
  const wireItems = items.map((item, index) => ({ ...prompts[index]!, options: [...item.options] }))
  const request = { model, items: wireItems, ...planFields(options) }
  return yield* plannedStream(client, 'scoreOptions', request, options, ({ item, frames }) => ({
    ...item,
    logprobs: tensorView(item.logprobs, frames, 'float64'),
  }))
}

/** An item without options, or with an empty one, fails on its own; this rejects what could not be sent at all. */
function refuseWithoutOptions(items: readonly OptionsPrompt[]): void {
  const index = items.findIndex(({ options }) => !Array.isArray(options))
  if (index < 0) return
  throw new GraitError('invalid_request', `items[${index}] (id ${JSON.stringify(items[index]!.id)}): options must be a list of texts`)
}

export async function* scoreOptions(
  client: BridgeClient,
  model: string,
  items: readonly OptionsPrompt[],
  options: RowOptions,
): AsyncGenerator<OptionScores, void, undefined> {
  const rows = rowsOf(scoreOptionBatches(client, model, items, options))
  yield* inInputOrder(
    items.map(({ id }) => id),
    rows,
    options.onFailure,
  )
}

async function* rowsOf(batches: AsyncIterable<OptionScoresBatch>): AsyncGenerator<RowBatch<OptionScores>> {
  for await (const { ids, counts, logprobs, failures } of batches) {
    let start = 0
    const rows = ids.map((id, index) => {
      const end = start + counts[index]!
      const row = [id, { id, logprobs: logprobs.subarray(start, end) }] as const
      start = end
      return row
    })
    yield { rows, failures }
  }
}
