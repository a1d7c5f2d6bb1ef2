import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Adapter, type Model, type Runtime, startRuntime } from '../../src/index.js'
import { isAlive } from '../fixtures/fixture-command.js'

const source = `path:${inject('tinyModel')}`
let runtime: Runtime
let folder: string

beforeAll(async () => {
  runtime = await startRuntime({ python: inject('python'), threads: 1 })
  folder = await mkdtemp(join(tmpdir(), 'grait-lifecycle-'))
})
afterAll(async () => {
  await runtime.close()
  await rm(folder, { recursive: true, force: true })
})

function load(): Promise<Model> {
  return runtime.loadModel({ source, dtype: 'float32' })
}

describe('a script that forgets to close its runtime', () => {
  it('ends when nothing is in flight, and the runtime with it', async () => {
    const script = fileURLToPath(new URL('../fixtures/forgets-close.ts', import.meta.url))
    const args = ['--import', 'tsx', script, inject('python'), source]
    const { exitCode, stdout, stderr } = await execa(process.execPath, args, { reject: false, timeout: 50_000 })
    expect(exitCode, stderr).toBe(0)
    await expect.poll(() => isAlive(Number(stdout)), { timeout: 10_000 }).toBe(false)
  })
})

describe('a model that was unloaded', () => {
  const unloaded = { code: 'usage', message: 'this model was unloaded' }

  it('can be unloaded again, which has no effect', async () => {
    const model = await load()
    await model.unload()
    await expect(model.unload()).resolves.toBeUndefined()
  })

  it('refuses every further call by saying so', async () => {
    const model = await load()
    await model.unload()
    const prompts = [{ id: 'a', prompt: 'capital' }]
    expect(() => model.generate(prompts)).toThrow(expect.objectContaining(unloaded))
    expect(() => model.scoreOptions([{ id: 'a', prompt: 'capital', options: ['x'] }])).toThrow(expect.objectContaining(unloaded))
    await expect(model.countTokens(prompts)).rejects.toMatchObject(unloaded)
    await expect(model.trainLora([{ id: 'a', prompt: 'capital', target: 'green' }])).rejects.toMatchObject(unloaded)
  })

  it('can no longer merge an adapter that it trained; the adapter itself stays', async () => {
    const model = await load()
    const adapter: Adapter = await model.trainLora([{ id: 'a', prompt: 'capital', target: 'green' }], { rank: 2, alpha: 4, epochs: 1 })
    await model.unload()
    await expect(adapter.merge(join(folder, 'merged'))).rejects.toMatchObject(unloaded)
    await expect(adapter.save(join(folder, 'saved'))).resolves.toBe(join(folder, 'saved'))
  })
})

describe('a block with `await using`', () => {
  it('unloads its model, also when its body unloaded it', async () => {
    const model = await load()
    {
      await using used = model
      await used.unload()
    }
    expect(() => model.generate([])).toThrow(expect.objectContaining({ code: 'usage' }))
  })

  it('may close the runtime before its model is unloaded', async () => {
    const own = await startRuntime({ python: inject('python'), threads: 1 })
    {
      await using _model = await own.loadModel({ source, dtype: 'float32' })
      await own.close()
    }
    await expect(own.close()).resolves.toBeUndefined()
  })
})

describe('an error that the runtime tells', () => {
  it("shows the caller's own line in its stack", async () => {
    const error = await runtime.loadModel({ source: 'path:/nowhere' }).catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ code: 'model_not_found', stack: expect.stringContaining('lifecycle.integration.test.ts') })
  })

  it("shows the caller's own line where a stream fails", async () => {
    const model = await load()
    const samples = [{ id: 'a', prompt: 'capital', target: 'green' }]
    const read = async () => {
      for await (const _ of model.gradientFeatures(samples, { adapter: '/nowhere', form: 'sgd' }));
    }
    const error = await read().catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ code: 'adapter_not_found', stack: expect.stringContaining('lifecycle.integration.test.ts') })
  })
})
