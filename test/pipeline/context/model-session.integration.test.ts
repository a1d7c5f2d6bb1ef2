import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, inject, it, vi } from 'vitest'
import { resolveConfig } from '../../../src/config/load.js'
import { ModelSession } from '../../../src/pipeline/context/model-session.js'
import { fullReporter } from '../../../src/pipeline/reporter.js'
import type { Model } from '../../../src/runtime/model.js'

const dir = mkdtempSync(join(tmpdir(), 'grait-session-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const sessions: ModelSession[] = []
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const session of sessions.splice(0)) await session.close()
})

function session(
  threads: number,
  verify = false,
  { folder = inject('tinyModel'), adapter, system }: { folder?: string; adapter?: string; system?: string } = {},
): ModelSession {
  const config = resolveConfig({
    model: { source: `path:${folder}`, adapter, dtype: 'float32' },
    data: { train: 'atlas' },
    prompts: { system },
    runtime: { python: inject('python'), threads },
  })
  const made = new ModelSession(config, fullReporter(), undefined, { attach: null, verify })
  sessions.push(made)
  return made
}

/** Another version of a package, as the same interpreter sees it. */
function anotherPyzmq(): string {
  const info = join(dir, 'pyzmq-99.0.dist-info')
  mkdirSync(info, { recursive: true })
  writeFileSync(join(info, 'METADATA'), 'Metadata-Version: 2.1\nName: pyzmq\nVersion: 99.0\n')
  return dir
}

it('a model is known by the device, threads and packages that are really there, with and without starting a runtime', async () => {
  vi.stubEnv('GRAIT_HOME', join(dir, 'home'))
  const asked = await session(2).identity()
  expect(asked).toMatchObject({ device: 'cpu', deviceName: expect.stringMatching(/./), threads: 2 })
  const remembered = session(2)
  const started = vi.spyOn(remembered, 'runtime')
  expect(await remembered.identity()).toEqual(asked)
  expect(started).not.toHaveBeenCalled()
  // Every byte of the model's files is read by the runtime that loads them.
  const verifying = session(2, true)
  const loaded = vi.spyOn(verifying, 'model')
  expect(await verifying.identity()).toEqual(asked)
  expect(loaded).toHaveBeenCalled()
  expect((await session(1).identity()).threads).toBe(1)
  vi.stubEnv('PYTHONPATH', anotherPyzmq())
  expect((await session(2).identity()).versions['pyzmq']).toBe('99.0')
}, 180_000)

it('a runtime that computes with something else than was found before is refused, with what differs', async () => {
  vi.stubEnv('GRAIT_HOME', join(dir, 'home'))
  await session(2).identity()
  const changing = session(2)
  const { versions } = await changing.identity()
  vi.stubEnv('PYTHONPATH', anotherPyzmq())
  await expect(changing.model()).rejects.toMatchObject({
    code: 'run_conflict',
    message: expect.stringContaining(`pyzmq 99.0, not ${versions['pyzmq']}`),
  })
})

it('a model that is not the one that was remembered is refused, and looked at anew by the next run', async () => {
  const home = join(dir, 'other-home')
  vi.stubEnv('GRAIT_HOME', home)
  const asked = await session(2).identity()
  const [note] = readdirSync(join(home, 'models', 'identities')).map((name) => join(home, 'models', 'identities', name))
  writeFileSync(note as string, JSON.stringify({ ...asked, revision: 'another' }))
  const wrong = session(2)
  expect((await wrong.identity()).revision).toBe('another')
  await expect(wrong.model()).rejects.toMatchObject({ code: 'run_conflict', message: expect.stringContaining('not "another"') })
  expect(existsSync(note as string)).toBe(false)
  writeFileSync(note as string, 'damaged')
  expect(await session(2).identity()).toEqual(asked)
}, 180_000)

it('finished batches of a sister machine, whose firmware keeps a little more memory, are not dropped', async () => {
  const one = session(2)
  const runtime = await one.runtime()
  const maker = await one.maker()
  const device = { ...runtime.info.device, memoryBytes: runtime.info.device.memoryBytes - 2 ** 20 }
  vi.spyOn(one, 'runtime').mockResolvedValue(Object.create(runtime, { info: { value: { ...runtime.info, device } } }))
  expect(await one.maker()).toEqual(maker)
})

it('a run begins with base and adapter as one model, known apart from the base, also when it is only remembered', async () => {
  vi.stubEnv('GRAIT_HOME', join(dir, 'home'))
  const bare = session(2)
  const train = [{ id: 'q', messages: [{ role: 'user' as const, content: 'What is the capital of France?' }], target: 'Paris' }]
  const { path } = await (await bare.model()).trainLora(train, { learningRate: 0.05, epochs: 20, seed: 1 })
  const begun = session(2, false, { adapter: `path:${path}` })
  const asked = await begun.identity()
  expect(asked.revision).not.toBe((await bare.identity()).revision)
  const likelihood = async (model: Model) => {
    for await (const { logprobs } of model.scoreOptions([{ id: 'q', messages: train[0]!.messages, options: ['Paris'] }]))
      return logprobs[0]!
    return Number.NaN
  }
  const adapted = await (await bare.runtime()).loadModel({ source: `path:${inject('tinyModel')}`, dtype: 'float32', adapter: path })
  const expected = await likelihood(adapted)
  expect(expected).toBeGreaterThan((await likelihood(await bare.model())) + 1)
  expect(await likelihood(await begun.model())).toBeCloseTo(expected, 3)
  const remembered = session(2, false, { adapter: `path:${path}` })
  const started = vi.spyOn(remembered, 'runtime')
  expect(await remembered.identity()).toEqual(asked)
  expect(started).not.toHaveBeenCalled()
}, 180_000)

it('a system message that the chat template does not take is refused when the model is loaded, with the way out', async () => {
  vi.stubEnv('GRAIT_HOME', join(dir, 'home'))
  const folder = join(dir, 'no-system')
  cpSync(inject('tinyModel'), folder, { recursive: true })
  const template = join(folder, 'chat_template.jinja')
  const refusal = "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
  writeFileSync(template, refusal + readFileSync(template, 'utf8'))
  await expect(session(2, false, { folder, system: 'Be brief.' }).model()).rejects.toMatchObject({
    code: 'model_unsupported',
    message: expect.stringContaining('takes no system message (System role not supported)'),
    hint: expect.stringContaining('prompts.plain'),
  })
  expect((await session(2, false, { system: 'Be brief.' }).model()).info.hasChatTemplate).toBe(true)
}, 180_000)
