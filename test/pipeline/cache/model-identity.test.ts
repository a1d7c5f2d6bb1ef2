import { cp, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { resolveConfig } from '../../../src/config/load.js'
import { IdentityCache } from '../../../src/pipeline/cache/model-identity.js'

const COMPUTE = { versions: { torch: '2.13.0' }, device: { kind: 'cpu', name: 'a processor', threads: 2, memoryBytes: 1 } } as const
const LONG_AGO = new Date('2020-01-01')

let dir: string
let model: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'grait-identity-'))
  model = join(dir, 'model')
  await mkdir(model)
  await writeWeights('first')
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function writeWeights(text: string): Promise<void> {
  await writeFile(join(dir, 'weights'), text)
  await cp(join(dir, 'weights'), join(model, 'model.safetensors'))
  await utimes(join(model, 'model.safetensors'), LONG_AGO, LONG_AGO)
}

const key = () =>
  new IdentityCache(join(dir, 'cache')).keyOf(resolveConfig({ data: { train: 'atlas' }, model: { source: `path:${model}` } }), COMPUTE)

describe('a model is remembered', () => {
  it('as long as its files are untouched', async () => {
    expect(await key()).toBe(await key())
  })

  it('no longer once its weights changed, also with the same length and the same time of modification', async () => {
    const before = await key()
    await writeWeights('other')
    expect(await key()).not.toBe(before)
  })

  it('no longer once the adapter that it begins with changed', async () => {
    const adapter = join(dir, 'adapter')
    const begun = () =>
      new IdentityCache(join(dir, 'cache')).keyOf(
        resolveConfig({ data: { train: 'atlas' }, model: { source: `path:${model}`, adapter: `path:${adapter}` } }),
        COMPUTE,
      )
    await expect(begun()).rejects.toMatchObject({ code: 'adapter_not_found', hint: expect.stringContaining('PEFT folder') })
    await mkdir(adapter)
    await writeFile(join(adapter, 'adapter_config.json'), '{}')
    const before = await begun()
    expect(before).not.toBe(await key())
    expect(await begun()).toBe(before)
    await writeFile(join(adapter, 'adapter_model.safetensors'), 'other')
    expect(await begun()).not.toBe(before)
  })
})
