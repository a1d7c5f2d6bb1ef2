import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { resolveConfig } from '../../../src/config/load.js'
import { requireTrainedWeights } from '../../../src/pipeline/tuned/base-weights.js'
import { folderWith } from '../../data/temporary-folder.js'

const plain = 'a1'.repeat(32)
const nf4 = createHash('sha256').update(`${plain}\0nf4`).digest('hex')
const source = 'path:/models/mine'

function check(trained: string, loaded: { revision: string; quantization: 'none' | 'nf4' }, quantization: 'none' | 'nf4', from = source) {
  const run = folderWith({ 'run.json': JSON.stringify({ identity: { revision: trained } }) })
  const config = resolveConfig({ model: { source, quantization }, data: { train: 'atlas' } })
  return requireTrainedWeights({ run, config }, { info: loaded, source: from, quantization: loaded.quantization })
}

it('an adapter that was trained on 4-bit weights may be merged into the plain weights they were made from, and into no others', async () => {
  await check(nf4, { revision: nf4, quantization: 'nf4' }, 'nf4')
  await check(nf4, { revision: plain, quantization: 'none' }, 'nf4')
  const other = 'b2'.repeat(32)
  await expect(check(nf4, { revision: other, quantization: 'none' }, 'nf4')).rejects.toMatchObject({ code: 'run_conflict' })
  await expect(check(nf4, { revision: plain, quantization: 'none' }, 'none')).rejects.toMatchObject({ code: 'run_conflict' })
})

it('another model than the one of the run is told apart from a changed one', async () => {
  const loaded = { revision: 'b2', quantization: 'none' } as const
  await expect(check(plain, loaded, 'none')).rejects.toMatchObject({ message: expect.stringContaining('its weights have changed since') })
  await expect(check(plain, loaded, 'none', 'path:/models/other')).rejects.toMatchObject({
    message: expect.stringMatching(/^path:\/models\/other: its weights are not those that the adapter of \S+ was trained on$/),
  })
})
