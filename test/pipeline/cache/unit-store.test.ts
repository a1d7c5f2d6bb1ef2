import { copyFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GraitError } from '../../../src/errors.js'
import { collectPlanned, jsonCodec, refuseNone } from '../../../src/pipeline/cache/planned-batches.js'
import { UnitStore } from '../../../src/pipeline/cache/unit-store.js'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'grait-units-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

type Batch = { batch: number; rows: string[] }

/** A planned stream of `total` batches that dies after `dieAfter` of them; tells which it was asked to compute. */
function planned(total: number, asked: number[], dieAfter = Infinity) {
  return async function* (completed: number[]): AsyncGenerator<Batch, { batches: number }> {
    let made = 0
    for (let batch = total - 1; batch >= 0; batch--) {
      if (completed.includes(batch)) continue
      if (made++ >= dieAfter) throw new Error('killed')
      asked.push(batch)
      yield { batch, rows: [`row ${batch}`] }
    }
    return { batches: total }
  }
}

async function all(stream: Promise<AsyncGenerator<Batch>>): Promise<Batch[]> {
  const batches: Batch[] = []
  for await (const batch of await stream) batches.push(batch)
  return batches
}

describe('a planned stream with a unit store', () => {
  it('computes only what an interruption lost, and ends with the same batches', async () => {
    const undisturbed = await all(collectPlanned(await UnitStore.open(join(dir, 'a'), 1), jsonCodec<Batch>(), planned(5, [])))
    const asked: number[] = []
    const store = await UnitStore.open(join(dir, 'b'), 1)
    await expect(collectPlanned(store, jsonCodec<Batch>(), planned(5, asked, 3))).rejects.toThrow('killed')
    expect(asked).toEqual([4, 3, 2])
    const resumed = await all(collectPlanned(await UnitStore.open(join(dir, 'b'), 1), jsonCodec<Batch>(), planned(5, asked)))
    expect(asked).toEqual([4, 3, 2, 1, 0])
    expect(resumed).toEqual(undisturbed)
    expect(resumed.map((unit) => unit.batch)).toEqual([0, 1, 2, 3, 4])
  })

  it('drops a half-written unit', async () => {
    const store = await UnitStore.open(dir, 1)
    await store.write(0, 'whole')
    await writeFile(join(dir, '1.unit.999.tmp'), 'ha')
    expect(await store.completed()).toEqual([0])
  })

  it('drops damaged units, which are then computed again', async () => {
    const undisturbed = await all(collectPlanned(await UnitStore.open(join(dir, 'a'), 1), jsonCodec<Batch>(), planned(5, [])))
    const store = await UnitStore.open(join(dir, 'b'), 1)
    await all(collectPlanned(store, jsonCodec<Batch>(), planned(5, [])))
    const unit = (batch: number) => join(dir, 'b', `${batch}.unit`)
    const bytes = await readFile(unit(1))
    bytes[bytes.length - 5] = (bytes[bytes.length - 5] as number) ^ 1
    await writeFile(unit(1), bytes)
    await truncate(unit(2), 40)
    await truncate(unit(3), 0)
    const asked: number[] = []
    const again = await all(collectPlanned(await UnitStore.open(join(dir, 'b'), 1), jsonCodec<Batch>(), planned(5, asked)))
    expect(asked).toEqual([3, 2, 1])
    expect(again).toEqual(undisturbed)
  })

  it('drops the units of another machine or version', async () => {
    await (await UnitStore.open(dir, { memoryBytes: 1 })).write(0, 'x')
    expect(await (await UnitStore.open(dir, { memoryBytes: 1 })).completed()).toEqual([0])
    expect(await (await UnitStore.open(dir, { memoryBytes: 2 })).completed()).toEqual([])
  })

  it('drops units that do not make up the plan and starts anew, also if the runtime refuses to go on from them', async () => {
    const undisturbed = await all(collectPlanned(await UnitStore.open(join(dir, 'a'), 1), jsonCodec<Batch>(), planned(2, [])))
    const refusing = async function* (completed: number[]) {
      if (completed.includes(7)) throw new GraitError('invalid_request', 'the plan has 2 batches', { details: { unknownBatch: 7 } })
      return yield* planned(2, [])(completed)
    }
    for (const stream of [planned(2, []), refusing]) {
      const store = await UnitStore.open(join(dir, 'b'), 1)
      await store.write(7, '{"batch":7,"rows":[]}')
      expect(await all(collectPlanned(store, jsonCodec<Batch>(), stream))).toEqual(undisturbed)
      expect(await store.completed()).toEqual([0, 1])
    }
  })

  it('drops a unit under the name of another, and whatever is no file', async () => {
    const store = await UnitStore.open(dir, 1)
    for (const batch of [0, 1]) await store.write(batch, `{"batch":${batch},"rows":[]}`)
    await copyFile(join(dir, '0.unit'), join(dir, '1.unit'))
    await mkdir(join(dir, '2.unit'))
    expect(await (await UnitStore.open(dir, 1)).completed()).toEqual([0])
  })

  it('is an error with the first reason where every item failed, and not where some did', () => {
    const failures = [{ id: 'q1', message: 'the output of path:m is not finite' }]
    expect(() => refuseNone('questions', 1, failures)).not.toThrow()
    expect(() => refuseNone('questions', 0, [])).not.toThrow()
    expect(() => refuseNone('questions', 0, failures)).toThrow(
      'all of the 1 questions failed; the first, q1: the output of path:m is not finite',
    )
  })

  it('tells a stream that goes on how often its limits had been halved for lack of memory', async () => {
    const store = await UnitStore.open(dir, 1)
    const told: number[] = []
    const stream = (failAt: number) =>
      async function* (completed: number[], halvings: number): AsyncGenerator<Batch & { halvings: number }, { batches: number }> {
        told.push(halvings)
        for (let batch = completed.length; batch < 4; batch++) {
          if (batch === failAt) throw new Error('killed')
          yield { batch, rows: [], halvings: batch < 1 ? halvings : Math.max(halvings, 2) }
        }
        return { batches: 4 }
      }
    await expect(collectPlanned(store, jsonCodec<Batch & { halvings: number }>(), stream(2))).rejects.toThrow('killed')
    await collectPlanned(store, jsonCodec<Batch & { halvings: number }>(), stream(Infinity))
    expect(told).toEqual([0, 2])
  })
})
