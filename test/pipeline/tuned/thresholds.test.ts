import { expect, it } from 'vitest'
import { thresholdsOf } from '../../../src/pipeline/tuned/thresholds.js'
import { folderWith } from '../../data/temporary-folder.js'

const row = (method: string, seed: number, threshold: number | null) => ({ method, seed, atThreshold: { threshold } })
const run = (rows: object[]) => folderWith({ 'results.json': JSON.stringify({ rows }) })

it('the thresholds of a run are those of its results: of the initial model, and of the method with its seed', async () => {
  const rows = [row('init-basic', 1, -2), row('grait', 1, 0.5), row('grait', 2, null), { method: 'craft', seed: 1 }]
  expect(await thresholdsOf(run(rows), { method: 'grait', seed: 1 })).toEqual({ initial: -2, tuned: 0.5 })
  expect(await thresholdsOf(run(rows), { method: 'grait', seed: 2 })).toEqual({ initial: -2, tuned: null })
  expect(await thresholdsOf(run(rows), { method: 'craft', seed: 1 })).toEqual({ initial: -2, tuned: null })
  expect(await thresholdsOf(folderWith({}), { method: 'grait', seed: 1 })).toEqual({ initial: null, tuned: null })
  await expect(thresholdsOf(folderWith({ 'results.json': '{"rows": 1}' }), { method: 'grait', seed: 1 })).rejects.toMatchObject({
    code: 'data_invalid',
  })
})
