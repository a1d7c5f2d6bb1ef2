import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ItemFailure } from '../../../src/bridge/contract.js'
import { inInputOrder, type RowBatch } from '../../../src/runtime/calls/row-order.js'

const failed = (id: string): ItemFailure => ({ id, code: 'too_long', message: 'has 900 tokens' })

async function* batchesOf(batches: RowBatch<string>[]): AsyncGenerator<RowBatch<string>> {
  yield* batches
}

/** `ids` in any order, cut into batches of any size, some of them failed. */
const cuts = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 30 }).chain((ids) =>
  fc.record({
    ids: fc.constant(ids),
    shuffled: fc.shuffledSubarray(ids, { minLength: ids.length, maxLength: ids.length }),
    bad: fc.subarray(ids).map((some) => new Set(some)),
    size: fc.integer({ min: 1, max: 7 }),
  }),
)

function cut(shuffled: string[], bad: Set<string>, size: number): RowBatch<string>[] {
  return Array.from({ length: Math.ceil(shuffled.length / size) }, (_, index) => {
    const ids = shuffled.slice(index * size, (index + 1) * size)
    return {
      rows: ids.filter((id) => !bad.has(id)).map((id) => [id, `row ${id}`] as const),
      failures: ids.filter((id) => bad.has(id)).map(failed),
    }
  })
}

describe('rows', () => {
  it('come in input order, without those that failed, however the batches are cut', async () => {
    await fc.assert(
      fc.asyncProperty(cuts, async ({ ids, shuffled, bad, size }) => {
        const rows: string[] = []
        const failures: string[] = []
        for await (const row of inInputOrder(ids, batchesOf(cut(shuffled, bad, size)), ({ id }) => failures.push(id))) rows.push(row)
        expect(rows).toEqual(ids.filter((id) => !bad.has(id)).map((id) => `row ${id}`))
        expect(new Set(failures)).toEqual(bad)
      }),
    )
  })

  it('come as soon as those before them are there', async () => {
    const [first, second] = cut(['a', 'c', 'b'], new Set(), 2)
    let sent = 0
    async function* batches() {
      for (const batch of [first!, second!]) {
        sent += 1
        yield batch
      }
    }
    const rows = inInputOrder(['a', 'b', 'c'], batches())
    await rows.next()
    expect(sent).toBe(1)
  })

  it('that failed are named in one error after all good rows, where nobody takes failures', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    const rows: string[] = []
    const reading = (async () => {
      for await (const row of inInputOrder(ids, batchesOf(cut(ids, new Set(ids.slice(0, 7)), 3)))) rows.push(row)
    })()
    await expect(reading).rejects.toMatchObject({
      code: 'items_failed',
      message: expect.stringMatching(/^7 of 8 items failed: "a": has 900 tokens \(too_long\); .*; and 2 more$/),
    })
    expect(rows).toEqual(['row h'])
  })

  it('that never came are an error, not a shorter result', async () => {
    const reading = (async () => {
      for await (const _ of inInputOrder(['a', 'b'], batchesOf(cut(['a'], new Set(), 1))));
    })()
    await expect(reading).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('"b"') })
  })
})
