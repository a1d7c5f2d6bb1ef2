import type { BridgeClient, StreamItem } from '../../bridge/client.js'
import type { Request, StreamName } from '../../bridge/contract.js'
import type { BatchOptions, Plan } from './stream-options.js'

/** Streams the planned batches of `operation`, each converted by `read` to its public form; returns the plan. */
export async function* plannedStream<K extends StreamName, Batch>(
  client: BridgeClient,
  operation: K,
  request: Request<K>,
  options: BatchOptions,
  read: (item: StreamItem<K>) => Batch,
): AsyncGenerator<Batch, Plan, undefined> {
  const stream = client.stream(operation, request, options)
  try {
    for (let next = await stream.next(); ; next = await stream.next()) {
      if (next.done === true) {
        options.onPlan?.(next.value)
        return next.value
      }
      yield read(next.value)
    }
  } finally {
    await stream.return(undefined as never)
  }
}
