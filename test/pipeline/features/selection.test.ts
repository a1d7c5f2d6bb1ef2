import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { gradientFeatures } from '../../../src/pipeline/features/gradient-features.js'
import { selectionOf } from '../../../src/pipeline/features/selection-of-stage.js'
import { writeFeatures } from '../../../src/pipeline/features/store.js'
import type { Candidate } from '../../../src/rait/method.js'
import { methodById } from '../../../src/rait/methods/registry.js'
import { folderWith } from '../../data/temporary-folder.js'

const greedy = methodById('grait-greedy')

async function stored(n: number, dim: number) {
  const dir = folderWith({})
  const rows = new Map(
    Array.from({ length: n }, (_, id) => [`q${id}`, Float32Array.from({ length: dim }, (_, at) => Math.sin(id * 7.3 + at))]),
  )
  for (const group of ['idk', 'ik']) {
    mkdirSync(join(dir, group))
    const index = { ids: [...rows.keys()], norms: [...rows].map(() => 1), dim, dtype: 'float32' as const, normalised: true, form: 'adam' }
    const projection = { kind: 'sjlt', dim, sparsity: 1, seed: 1 }
    await writeFeatures(join(dir, group), { ...index, projection, failures: [] }, async (id) => {
      const row = rows.get(id) as Float32Array
      return new Uint8Array(row.buffer)
    })
  }
  const candidates = Array.from(
    { length: n },
    (_, id): Candidate => ({
      id: `q${id}`,
      group: id % 5 === 0 ? 'ik' : 'idk',
      correctness: id % 5 === 0 ? 0.9 : 0.1,
      certainty: id / n,
      refusalInfluence: 0.1,
      overRefusalInfluence: 0.1,
      stabilityInfluence: null,
    }),
  )
  return { stages: { idk: { dir }, ik: { dir } }, candidates }
}

const request = { known: 40, unknown: 30, seed: 1, strictCounts: false, weighting: { kind: 'uniform', temperature: 1, mean: 1 } } as const

describe('a greedy selection', () => {
  it('is the same in a thread of its own as here', async () => {
    const { stages, candidates } = await stored(300, 16)
    const features = await gradientFeatures({ refusals: join(stages.idk.dir, 'idk'), golds: join(stages.ik.dir, 'ik') })
    const inThread = await selectionOf(greedy, candidates, request, stages, undefined)
    expect(inThread).toEqual(greedy.select(candidates, { ...request, features }))
    expect(inThread.chosen).toHaveLength(70)
  })

  it('leaves the event loop free, and ends at once when it is cancelled', { timeout: 60_000 }, async () => {
    // 3,200 picks among 6,400 of 2,048 numbers: about 30 s of work.
    const { stages, candidates } = await stored(8000, 2048)
    const controller = new AbortController()
    const selected = selectionOf(greedy, candidates, { ...request, unknown: 3200 }, stages, controller.signal)
    let ticks = 0
    const ticking = setInterval(() => ticks++, 50)
    setTimeout(() => controller.abort('enough'), 5000)
    const before = performance.now()
    await expect(selected).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' })
    clearInterval(ticking)
    expect(performance.now() - before).toBeLessThan(6000)
    expect(ticks).toBeGreaterThan(50)
  })
})
