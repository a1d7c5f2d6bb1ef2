import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Adapter, type ItemFailure, type Model, type Plan, type Runtime, type Sample, startRuntime } from '../../src/index.js'

const WORDS = ['capital', 'France', 'Iron', 'question', 'country', 'green', 'blue', 'Answer']
const prompts = Array.from({ length: 40 }, (_, index) => ({
  id: `q${index}`,
  messages: [
    { role: 'user' as const, content: Array.from({ length: 1 + ((index * 7) % 11) }, (_, k) => WORDS[(index + k) % 8]).join(' ') },
  ],
}))
const samples: Sample[] = prompts.slice(0, 12).map((prompt, index) => ({ ...prompt, target: WORDS[index % 8]! }))
const lora = { rank: 2, alpha: 4, learningRate: 1e-3, batchSize: 4, seed: 1 }

let runtime: Runtime
let model: Model
let folder: string

beforeAll(async () => {
  runtime = await startRuntime({ python: inject('python'), threads: 1 })
  model = await runtime.loadModel({ source: `path:${inject('tinyModel')}`, dtype: 'float32' })
  folder = await mkdtemp(join(tmpdir(), 'grait-model-'))
})
afterAll(async () => {
  await runtime.close()
  await rm(folder, { recursive: true, force: true })
})

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const row of rows) list.push(row)
  return list
}

describe('a model', () => {
  it('says what it is', () => {
    expect(model.info).toMatchObject({ dtype: 'float32', hasChatTemplate: true, layers: 2, contextLength: 512 })
    expect(model.info.revision).toMatch(/^[0-9a-f]{64}$/)
  })

  it('says what its chat template makes of a conversation, and which day it was given', async () => {
    expect(model.info.templateDate).toBeNull()
    const dated = join(folder, 'dated')
    await cp(inject('tinyModel'), dated, { recursive: true })
    const template = await readFile(join(dated, 'chat_template.jinja'), 'utf8')
    await writeFile(join(dated, 'chat_template.jinja'), `{{ greeting }}, it is {{ strftime_now('%Y-%m-%d') }}. ${template}`)
    const load = (greeting: string) => runtime.loadModel({ source: `path:${dated}`, dtype: 'float32', templateOptions: { greeting } })
    const [hello, again, bye] = [await load('Hello'), await load('Hello'), await load('Bye')]
    expect(hello.info.templateDate).toBe('2024-07-26')
    expect(hello.info.templateDigest).toBe(again.info.templateDigest)
    expect(new Set([model, hello, bye].map(({ info }) => info.templateDigest)).size).toBe(3)
    expect(bye.info.revision).toBe(hello.info.revision)
    await Promise.all([hello, again, bye].map((loaded) => loaded.unload()))
  })

  it('counts tokens in input order', async () => {
    const counts = await model.countTokens([
      { id: 'a', prompt: 'capital' },
      { id: 'b', prompt: 'capital capital capital' },
    ])
    expect(counts).toHaveLength(2)
    expect(counts[1]).toBeGreaterThan(counts[0]!)
  })

  it('scores options as one row a prompt, in input order, whatever the batches', async () => {
    const items = prompts.map((prompt, index) => ({ ...prompt, options: [' red', ' green', ' blue'].slice(0, 1 + (index % 3)) }))
    const rows = await all(model.scoreOptions(items))
    expect(rows.map(({ id }) => id)).toEqual(items.map(({ id }) => id))
    expect(rows.map(({ logprobs }) => logprobs.length)).toEqual(items.map(({ options }) => options.length))
    for (const { logprobs } of rows) for (const logprob of logprobs) expect(logprob).toBeLessThan(0)
    const cut = await all(model.scoreOptions(items, { tokenBudget: 60 }))
    for (const [index, { logprobs }] of cut.entries()) {
      for (const [option, logprob] of logprobs.entries()) expect(logprob).toBeCloseTo(rows[index]!.logprobs[option]!, 4)
    }
  })

  it('reads hidden states as one row a prompt, in input order, and resumes by batch', async () => {
    const layers = [model.info.layers, 0]
    const rows = await all(model.hiddenStates(prompts, { layers }))
    expect(rows.map(({ id }) => id)).toEqual(prompts.map(({ id }) => id))
    const batches = await all(model.hiddenStateBatches(prompts, { layers, tokenBudget: 60 }))
    expect(batches.length).toBeGreaterThan(1)
    for (const { ids, states, size } of batches) {
      expect(states).toHaveLength(ids.length * layers.length * size)
      for (const [row, id] of ids.entries()) {
        const whole = rows.find((other) => other.id === id)!.states
        for (const [place, state] of whole.entries()) {
          const start = (row * layers.length + place) * size
          for (const [unit, value] of state.entries()) expect(states[start + unit]).toBeCloseTo(value, 4)
        }
      }
    }
    const completed = batches.slice(1).map(({ batch }) => batch)
    const [rest, none] = await all(model.hiddenStateBatches(prompts, { layers, tokenBudget: 60, completed }))
    expect(rest).toEqual(batches[0])
    expect(none).toBeUndefined()
    const beyond = all(model.hiddenStates(prompts, { layers: [model.info.layers + 1] }))
    await expect(beyond).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringContaining('layers 0 to') })
  })

  it('draws the same samples from the same seed, others from another', async () => {
    const options = { samples: 3, temperature: 1, maxTokens: 8 }
    const [first, again, other] = [
      await all(model.generate(prompts, { ...options, seed: 1 })),
      await all(model.generate(prompts, { ...options, seed: 1 })),
      await all(model.generate(prompts, { ...options, seed: 2 })),
    ]
    expect(first.map(({ id }) => id)).toEqual(prompts.map(({ id }) => id))
    expect(first.every(({ texts, tokens }) => texts.length === 3 && tokens.every((count) => count >= 1 && count <= 8))).toBe(true)
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
  })

  it('goes on from the planned batches the caller already has, with the same numbers', async () => {
    const plans: Plan[] = []
    const options = { samples: 2, temperature: 1, maxTokens: 4, tokenBudget: 100, onPlan: (plan: Plan) => plans.push(plan) }
    const whole = await all(model.generateBatches(prompts, options))
    expect(whole.length).toBeGreaterThan(2)
    const completed = whole.slice(0, 2).map(({ batch }) => batch)
    const rest = await all(model.generateBatches(prompts, { ...options, completed }))
    expect(rest).toEqual(whole.slice(2))
    expect(plans).toEqual([plans[0], plans[0]])
    expect(plans[0]!.batches).toBe(whole.length)
  })

  it('reports the progress of every item', async () => {
    const done: number[] = []
    await all(model.generate(prompts, { tokenBudget: 100, onProgress: (progress) => done.push(progress.done) }))
    expect(done.at(-1)).toBe(prompts.length)
    expect(done).toEqual([...done].sort((a, b) => a - b))
  })

  it('hands failures to whoever takes them, and otherwise throws after the good rows', async () => {
    const long = { id: 'long', prompt: 'capital '.repeat(2_000) }
    const failures: ItemFailure[] = []
    const rows = await all(model.generate([long, ...prompts.slice(0, 3)], { onFailure: (failure) => failures.push(failure) }))
    expect(rows.map(({ id }) => id)).toEqual(['q0', 'q1', 'q2'])
    expect(failures).toMatchObject([{ id: 'long', code: 'too_long' }])
    await expect(all(model.generate([long, ...prompts.slice(0, 3)]))).rejects.toMatchObject({
      code: 'items_failed',
      message: expect.stringContaining('"long"'),
    })
  })

  it('serves a consumer slower than itself, and one that makes calls inside the loop', async () => {
    const ids: string[] = []
    for await (const { id } of model.generate(prompts, { tokenBudget: 60 })) {
      ids.push(id)
      if (ids.length < 10) await delay(20)
      if (ids.length === 3) expect(await model.countTokens([{ id: 'x', prompt: 'Iron' }])).toHaveLength(1)
    }
    expect(ids).toEqual(prompts.map(({ id }) => id))
  })

  it('stops when aborted, and is free again at once', async () => {
    const many = Array.from({ length: 400 }, (_, index) => ({ id: String(index), prompt: 'What is the capital' }))
    const abort = new AbortController()
    const reading = (async () => {
      for await (const _ of model.generate(many, { samples: 8, temperature: 1, maxTokens: 200, signal: abort.signal })) abort.abort()
    })()
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
    const start = performance.now()
    await runtime.noop()
    expect(performance.now() - start).toBeLessThan(500)
  })
})

describe('training and gradients', () => {
  let adapter: Adapter

  beforeAll(async () => {
    adapter = await model.trainLora(samples, { ...lora, epochs: 2 })
  })

  it('trains an adapter that is a PEFT folder with its moments', async () => {
    expect(adapter.result.steps).toBe(6)
    expect(adapter.result.losses).toHaveLength(6)
    expect(await readdir(adapter.path)).toEqual(
      expect.arrayContaining(['adapter_config.json', 'adapter_model.safetensors', 'optimizer.safetensors']),
    )
  })

  it('gives the same adapter from the same seed', async () => {
    const again = await model.trainLora(samples, { ...lora, epochs: 2 })
    expect(again.result.losses).toEqual(adapter.result.losses)
  })

  it('gives one feature of norm 1 a sample, in input order, and its norm before', async () => {
    const options = { adapter, projection: { kind: 'sjlt', dim: 64 } } as const
    const rows = await all(model.gradientFeatures(samples, options))
    expect(rows.map(({ id }) => id)).toEqual(samples.map(({ id }) => id))
    for (const { feature, norm } of rows) {
      expect(feature).toHaveLength(64)
      expect(Math.hypot(...feature)).toBeCloseTo(1, 4)
      expect(norm).toBeGreaterThan(0)
    }
  })

  it('gives halves that widen to nearly the same features', async () => {
    const options = { adapter: adapter.path, form: 'sgd', projection: { kind: 'none' } } as const
    const whole = await all(model.gradientFeatures(samples, options))
    const halves = await all(model.gradientFeatures(samples, { ...options, dtype: 'float16' }))
    for (const [index, { feature }] of halves.entries()) {
      const expected = whole[index]!.feature
      expect(Math.max(...feature.map((value, k) => Math.abs(value - expected[k]!)))).toBeLessThan(1e-3)
    }
  })

  it('saves the adapter, merges it, and what was merged answers as the adapter does', async () => {
    const saved = await adapter.save(join(folder, 'saved'))
    const merged = await adapter.merge(join(folder, 'merged'))
    await expect(adapter.save(saved)).rejects.toMatchObject({ code: 'invalid_request' })
    const items = [{ id: 'a', prompt: 'capital', options: [' France', ' blue'] }]
    const options = { dtype: 'float32' } as const
    const [adapted, whole] = [
      await runtime.loadModel({ source: `path:${inject('tinyModel')}`, adapter: saved, ...options }),
      await runtime.loadModel({ source: `path:${merged}`, ...options }),
    ]
    const [[a], [b], [plain]] = [
      await all(adapted.scoreOptions(items)),
      await all(whole.scoreOptions(items)),
      await all(model.scoreOptions(items)),
    ]
    for (const [option, logprob] of a!.logprobs.entries()) expect(b!.logprobs[option]).toBeCloseTo(logprob, 4)
    expect([...a!.logprobs]).not.toEqual([...plain!.logprobs])
    await adapted.unload()
    await whole.unload()
  })

  it('leaves samples out that it cannot train on, and says so', async () => {
    const warnings: string[] = []
    const some = await model.trainLora([...samples, { id: 'long', prompt: 'capital '.repeat(2_000), target: 'x' }], {
      ...lora,
      onWarning: (message) => warnings.push(message),
    })
    expect(some.result.failures).toMatchObject([{ id: 'long', code: 'too_long' }])
    expect(warnings.join()).toContain('"long"')
  })
})

describe('embedding', () => {
  it('gives one vector of norm 1 a text, in input order', async () => {
    const texts = ['The capital of France', 'Paris', 'Iron is a metal', 'The capital of France']
    const rows = await all(runtime.embed(texts))
    expect(rows.map(({ index }) => index)).toEqual([0, 1, 2, 3])
    for (const { embedding } of rows) {
      expect(embedding).toHaveLength(384)
      expect(Math.hypot(...embedding)).toBeCloseTo(1, 4)
    }
    expect([...rows[3]!.embedding]).toEqual([...rows[0]!.embedding])
  })
})
