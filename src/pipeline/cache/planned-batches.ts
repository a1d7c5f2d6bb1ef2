import { GraitError } from '../../errors.js'
import type { FullReporter } from '../reporter.js'
import type { UnitStore } from './unit-store.js'

export interface UnitCodec<Batch> {
  encode(batch: Batch): string | Uint8Array
  decode(data: Buffer): Batch
}

export const jsonCodec = <Batch>(): UnitCodec<Batch> => ({
  encode: (batch) => JSON.stringify(batch),
  decode: (data) => JSON.parse(data.toString('utf8')) as Batch,
})

/**
 * Runs a planned stream of the runtime to its end and stores each batch as it arrives; stored batches are not computed again. If those
 * that were stored before do not fit the plan, all of them are dropped and the stream starts anew.
 * Yields every batch of the plan, in the order of their numbers.
 * @param stream starts the stream, given the stored batches and how many times their limits had been halved
 */
export async function collectPlanned<Batch extends { batch: number; halvings?: number | undefined }>(
  store: UnitStore,
  codec: UnitCodec<Batch>,
  stream: (completed: number[], halvings: number) => AsyncGenerator<Batch, { batches: number }>,
): Promise<AsyncGenerator<Batch>> {
  const batches = await collectAll(store, codec, stream)
  if (batches !== undefined) return readAll(store, codec, batches)
  await store.clear()
  const anew = await collectAll(store, codec, stream)
  if (anew !== undefined) return readAll(store, codec, anew)
  throw new GraitError('internal', `${store.dir}: the batches that were computed are not those of the plan`, {
    hint: 'This is a fault of grait: please report it.',
  })
}

/** @returns the number of batches of the plan; undefined if the store then holds others */
async function collectAll<Batch extends { batch: number; halvings?: number | undefined }>(
  store: UnitStore,
  codec: UnitCodec<Batch>,
  stream: (completed: number[], halvings: number) => AsyncGenerator<Batch, { batches: number }>,
): Promise<number | undefined> {
  const before = await store.completed()
  const last = before.at(-1)
  const halvings = last === undefined ? 0 : (codec.decode(await store.read(last)).halvings ?? 0)
  const iterator = stream(before, halvings)
  // Refused at its start if it does not know a stored batch.
  let step = await iterator.next().catch((error: unknown) => {
    if (GraitError.isInstance(error) && error.details['unknownBatch'] !== undefined) return undefined
    throw error
  })
  if (step === undefined) return undefined
  while (step.done !== true) {
    await store.write(step.value.batch, codec.encode(step.value))
    step = await iterator.next()
  }
  const there = await store.completed()
  const { batches } = step.value
  return there.length === batches && there.at(-1) === (batches === 0 ? undefined : batches - 1) ? batches : undefined
}

async function* readAll<Batch>(store: UnitStore, codec: UnitCodec<Batch>, batches: number): AsyncGenerator<Batch> {
  for (let batch = 0; batch < batches; batch++) yield codec.decode(await store.read(batch))
}

/** Tells of items that could not be computed; the rest of the run goes on without them. */
export function warnOfFailures(reporter: FullReporter, what: string, failures: readonly { id: string; message: string }[]): void {
  const first = failures.slice(0, 3).map((failure) => `${failure.id} (${failure.message})`)
  if (failures.length === 0) return
  const more = failures.length > first.length ? ` and ${failures.length - first.length} more` : ''
  reporter.warning(`${failures.length} ${what} left out: ${first.join('; ')}${more}`)
}

/** @throws GraitError items_failed, with the first reason, if there are failures and nothing else */
export function refuseNone(what: string, succeeded: number, failures: readonly { id: string; message: string }[]): void {
  const [first] = failures
  if (succeeded > 0 || first === undefined) return
  throw new GraitError('items_failed', `all of the ${failures.length} ${what} failed; the first, ${first.id}: ${first.message}`, {
    hint: 'Nothing can be said without any of them: mend what the message names.',
  })
}
