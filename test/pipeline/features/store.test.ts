import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { npyHeader } from '../../../src/pipeline/features/npy.js'
import { readFeatureIndex, readFeatures, writeFeatures } from '../../../src/pipeline/features/store.js'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'grait-features-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const index = (ids: string[], dim: number, dtype: 'float32' | 'float16') => ({
  ids,
  norms: ids.map(() => 1),
  dim,
  dtype,
  normalised: true,
  form: 'adam',
  projection: { kind: 'sjlt', dim, sparsity: 4, seed: 0 },
  failures: [],
})

describe('the feature store', () => {
  it('gives back the rows that were written, in the order of the ids, over several shards', async () => {
    const dim = 3_000_000
    const ids = Array.from({ length: 7 }, (_, row) => `q${row}`)
    const row = (id: string) => {
      const values = new Float32Array(dim).fill(Number(id.slice(1)))
      values[dim - 1] = 0.5
      return values
    }
    await writeFeatures(dir, index(ids, dim, 'float32'), async (id) => new Uint8Array(row(id).buffer))
    const read = await readFeatureIndex(dir)
    expect(read.shards.map((shard) => shard.rows)).toEqual([5, 2])
    let seen = 0
    for await (const block of readFeatures(dir, read)) {
      for (const [at, id] of block.ids.entries()) {
        expect(id).toBe(ids[seen++])
        const values = block.rows.subarray(at * dim, (at + 1) * dim)
        expect([values[0], values[6], values[dim - 1]]).toEqual([seen - 1, seen - 1, 0.5])
      }
    }
    expect(seen).toBe(7)
  })

  it('widens half precision exactly', async () => {
    const halves = Uint16Array.from([0x3c00, 0xc000, 0x3555, 0x0001, 0x7bff, 0x0000])
    await writeFeatures(dir, index(['a'], 6, 'float16'), async () => new Uint8Array(halves.buffer))
    for await (const block of readFeatures(dir, await readFeatureIndex(dir))) {
      expect(Array.from(block.rows)).toEqual([1, -2, 0.333251953125, 2 ** -24, 65504, 0])
    }
  })

  it('writes a header that NumPy reads: version 1.0, padded to 64 bytes, ending in a line feed', async () => {
    const header = npyHeader('float32', 12, 8192)
    expect(header.length % 64).toBe(0)
    expect(header.subarray(0, 8)).toEqual(Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]))
    expect(header.toString('latin1', 10)).toMatch(/^\{'descr': '<f4', 'fortran_order': False, 'shape': \(12, 8192\), \} *\n$/)
    await writeFeatures(dir, index(['a'], 2, 'float32'), async () => new Uint8Array(new Float32Array([1, 2]).buffer))
    expect((await readFile(join(dir, 'shard-00000.npy'))).length).toBe(128 + 8)
  })

  it("refuses a shard that is cut or longer, another's shard, and an index with other rows; none is read as zeros", async () => {
    const write = () =>
      writeFeatures(dir, index(['a', 'b'], 4, 'float32'), async () => new Uint8Array(new Float32Array([1, 2, 3, 4]).buffer))
    const readAll = async () => {
      for await (const _ of readFeatures(dir, await readFeatureIndex(dir)));
    }
    const shard = join(dir, 'shard-00000.npy')
    const damages: [string, () => Promise<void>][] = [
      ['144 bytes, not 160', () => truncate(shard, 144)],
      ['176 bytes, not 160', () => appendFile(shard, Buffer.alloc(16))],
      ['ends after', () => truncate(shard, 4)],
      ['ends after', () => truncate(shard, 0)],
      ['its index says 2 rows of 4', () => writeFile(shard, Buffer.concat([npyHeader('float32', 4, 2), Buffer.alloc(32)]))],
      ['not a .npy', () => writeFile(shard, Buffer.alloc(160))],
      ['2 ids for 1 rows', () => rewrite(join(dir, 'index.json'), '"rows":2', '"rows":1')],
      ['not JSON', () => truncate(join(dir, 'index.json'), 50)],
    ]
    for (const [message, damage] of damages) {
      await write()
      await damage()
      await expect(readAll()).rejects.toMatchObject({ code: 'data_invalid', message: expect.stringContaining(message) })
    }
  })
})

async function rewrite(path: string, from: string, to: string): Promise<void> {
  await writeFile(path, (await readFile(path, 'utf8')).replace(from, to))
}
