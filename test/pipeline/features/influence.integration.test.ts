import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { influenceOf } from '../../../src/pipeline/features/influence-of-stage.js'
import { writeFeatures } from '../../../src/pipeline/features/store.js'

const DIM = 512
const ROWS = 600

/** The published way, in float64: N x N products, then means over the columns of each group. */
const NUMPY = `
import json, sys
from pathlib import Path
import numpy as np
folder, known = Path(sys.argv[1]), set(json.loads(Path(sys.argv[2]).read_text()))
def stored(group):
    index = json.loads((folder / group / "index.json").read_text())
    shards = [np.load(folder / group / shard["file"], mmap_mode="r") for shard in index["shards"]]
    return index["ids"], np.concatenate(shards).astype(np.float64)
ids, refusals = stored("idk")
gold_ids, golds = stored("ik")
is_known = np.array([id in known for id in ids])
products = refusals @ refusals.T
stability = (refusals @ golds.T).mean(axis=1)
print(json.dumps({id: [products[row, ~is_known].mean(), products[row, is_known].mean(), stability[row]]
                  for row, id in enumerate(ids) if not is_known[row]}))
`

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'grait-influence-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

/** Unit rows that all lean the same way, as those of the Adam form do. */
async function store(group: string, ids: string[], dtype: 'float32' | 'float16', seed: number): Promise<void> {
  let state = seed
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32 - 0.5
  }
  const row = () => {
    const values = Float32Array.from({ length: DIM }, (_, i) => random() + (i % 7 === 0 ? 0.4 : 0))
    const norm = Math.hypot(...values)
    return values.map((value) => value / norm)
  }
  const rows = new Map(ids.map((id) => [id, row()]))
  const bytes = (values: Float32Array) => (dtype === 'float32' ? new Uint8Array(values.buffer) : new Uint8Array(halves(values).buffer))
  const index = {
    ids,
    norms: ids.map(() => 1),
    dim: DIM,
    dtype,
    normalised: true,
    form: 'adam',
    projection: { kind: 'sjlt', dim: DIM, sparsity: 4, seed: 0 },
    failures: [],
  }
  await writeFeatures(join(dir, group), index, async (id) => bytes(rows.get(id) as Float32Array))
}

/** Float16 bits of normal numbers, cut towards zero. */
function halves(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer)
  return Uint16Array.from(bits, (word) => {
    const exponent = ((word >>> 23) & 255) - 112
    return ((word >>> 16) & 0x8000) | (exponent <= 0 ? 0 : (exponent << 10) | ((word >>> 13) & 1023))
  })
}

describe('influences of stored features', () => {
  it.each(['float32', 'float16'] as const)('equal the N x N products of NumPy to 1e-6, from rows of %s', async (dtype) => {
    const ids = Array.from({ length: ROWS }, (_, i) => `q${i}`)
    const known = new Set(ids.filter((_, i) => i % 3 === 0))
    await store('idk', ids, dtype, 1)
    await store('ik', [...known], dtype, 2)
    const list = join(dir, 'known.json')
    await writeFile(list, JSON.stringify([...known]))
    const { stdout } = await promisify(execFile)(inject('python'), ['-c', NUMPY, dir, list], { maxBuffer: 2 ** 26 })
    const expected = JSON.parse(stdout) as Record<string, [number, number, number]>

    const found = await influenceOf({ dir }, { dir }, known, undefined)
    expect(found.map(({ id }) => id).sort()).toEqual(Object.keys(expected).sort())
    for (const { id, refusalInfluence, overRefusalInfluence, stabilityInfluence } of found) {
      const [refusal, overRefusal, stability] = expected[id] as [number, number, number]
      expect(Math.abs(refusalInfluence - refusal)).toBeLessThan(1e-6)
      expect(Math.abs(overRefusalInfluence - overRefusal)).toBeLessThan(1e-6)
      expect(Math.abs((stabilityInfluence as number) - stability)).toBeLessThan(1e-6)
    }
  })

  it('leave the main thread free while they are computed', async () => {
    const ids = Array.from({ length: 6000 }, (_, i) => `q${i}`)
    await store('idk', ids, 'float32', 1)
    let turns = 0
    const timer = setInterval(() => {
      turns += 1
    }, 1)
    const started = performance.now()
    await influenceOf({ dir }, undefined, new Set(['q0']), undefined)
    clearInterval(timer)
    expect(turns).toBeGreaterThan((performance.now() - started) / 20)
  })

  it('tell of an empty group by the error of the pure function', async () => {
    await store('idk', ['a', 'b'], 'float32', 1)
    await expect(influenceOf({ dir }, undefined, new Set(), undefined)).rejects.toMatchObject({ code: 'empty_group' })
  })

  it('stop at once when aborted', async () => {
    await store('idk', ['a', 'b'], 'float32', 1)
    const stop = new AbortController()
    const result = influenceOf({ dir }, undefined, new Set(['a']), stop.signal)
    stop.abort()
    await expect(result).rejects.toMatchObject({ code: 'cancelled' })
  })
})
