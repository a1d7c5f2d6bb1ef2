import type { ItemFailure } from '../../bridge/contract.js'
import { GraitError } from '../../errors.js'

const NAMED_FAILURES = 5

/** The rows of one batch, each with its id, and the items of the batch that failed. */
export interface RowBatch<Row> {
  rows: Iterable<readonly [id: string, row: Row]>
  failures: readonly ItemFailure[]
}

/**
 * The rows of `batches` in the order of `ids`. Each batch holds rows from one window of consecutive items, so at most about
 * one window of rows is held back here.
 * @throws GraitError `items_failed` at the end, if items failed and `onFailure` is not given.
 */
export async function* inInputOrder<Row>(
  ids: readonly string[],
  batches: AsyncIterable<RowBatch<Row>>,
  onFailure?: ((failure: ItemFailure) => void) | undefined,
): AsyncGenerator<Row, void, undefined> {
  const waiting = new Map<string, Row | undefined>()
  const failures: ItemFailure[] = []
  let next = 0
  for await (const batch of batches) {
    for (const [id, row] of batch.rows) waiting.set(id, row)
    for (const failure of batch.failures) {
      waiting.set(failure.id, undefined)
      if (onFailure === undefined) failures.push(failure)
      else onFailure(failure)
    }
    for (; next < ids.length && waiting.has(ids[next]!); next += 1) {
      const row = waiting.get(ids[next]!)
      waiting.delete(ids[next]!)
      if (row !== undefined) yield row
    }
  }
  if (next < ids.length) throw new GraitError('internal', `the runtime ended the stream without an answer to ${JSON.stringify(ids[next])}`)
  if (failures.length > 0) throw itemsFailed(failures, ids.length)
}

function itemsFailed(failures: readonly ItemFailure[], total: number): GraitError {
  const named = failures.slice(0, NAMED_FAILURES).map(({ id, code, message }) => `${JSON.stringify(id)}: ${message} (${code})`)
  const rest = failures.length > NAMED_FAILURES ? `; and ${failures.length - NAMED_FAILURES} more` : ''
  return new GraitError('items_failed', `${failures.length} of ${total} items failed: ${named.join('; ')}${rest}`, {
    hint: 'Pass onFailure to take failures one by one and go on without them.',
    details: { failures },
  })
}
