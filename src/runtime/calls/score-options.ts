import type { BridgeClient } from '../../bridge/client.js'
import type { ItemFailure } from '../../bridge/contract.js'
import { tensorView } from '../../bridge/tensors.js'
import { GraitError } from '../../errors.js'
import { plannedStream } from './batch-stream.js'
import { inInputOrder, type RowBatch } from './row-order.js'
import { type OptionsPrompt, wirePrompts } from './sample.js'
import { type Plan, type RowOptions, type SplitOptions, splitFields } from './stream-options.js'

/** A planned batch of option scores. */
export interface OptionScoresBatch {
  /** Number of the planned batch. */
  batch: number
  ids: string[]
  /** Options of each id. */
  counts: number[]
  /** [sum of counts], nats. */
  logprobs: Float64Array
  failures: ItemFailure[]
  /** How often the limits of what is computed at once had been halved for lack of memory. */
  halvings: number
}

/** How likely the model finds each option of one prompt. */
export interface OptionScores {
  id: string
  /** log p(option | prompt) of each option, summed over its tokens, nats. */
  logprobs: Float64Array
}

export async function* scoreOptionBatches(
  client: BridgeClient,
  model: string,
  items: readonly OptionsPrompt[],
  options: SplitOptions,
): AsyncGenerator<OptionScoresBatch, Plan, undefined> {
  const prompts = wirePrompts(items)
  refuseWithoutOptions(items)
  const wireItems = items.map((item, index) => ({ ...prompts[index]!, options: [...item.options] }))
  const request = { model, items: wireItems, ...splitFields(options) }
  return yield* plannedStream(client, 'scoreOptions', request, options, ({ item, frames }) => ({
    ...item,
    logprobs: tensorView(item.logprobs, frames, 'float64'),
  }))
}

/** An item with no options, or an empty one, fails for itself; here is what could not even be sent. */
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
