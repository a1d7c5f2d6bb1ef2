import { mkdtemp, readFile, rm } from 'node:fs/promises'
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
})
