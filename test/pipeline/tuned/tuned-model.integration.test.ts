import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { resolveConfig } from '../../../src/config/load.js'
import { ModelSession } from '../../../src/pipeline/context/model-session.js'
import { type RunOutcome, runExperiment } from '../../../src/pipeline/experiment/run.js'
import { fullReporter } from '../../../src/pipeline/reporter.js'
import { openConversation } from '../../../src/pipeline/tuned/ask.js'
import { mergeTuned } from '../../../src/pipeline/tuned/merge.js'
import { findTuned } from '../../../src/pipeline/tuned/tuned-model.js'
import { openSession } from '../../../src/repl/session.js'
import { tinyExperiment, writeTinyQuestions } from '../tiny-experiment.js'

const dir = mkdtempSync(join(tmpdir(), 'grait-tuned-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const main = inject('commandLine')
const run = join(dir, 'run')
let outcome: RunOutcome

beforeAll(async () => {
  const questions = writeTinyQuestions(dir, 60)
  const config = resolveConfig(tinyExperiment(inject('tinyModel'), questions, join(dir, 'cache'), inject('python')))
  outcome = await runExperiment({ config, name: 'tiny' }, { out: run })
})

const lines = (path: string) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('a tuned model', () => {
  it('has a card with the results of its run, which the cached stage it shares its files with has not', () => {
    const card = readFileSync(join(run, 'tuning', 'adapter', 'README.md'), 'utf8')
    const row = outcome.results?.rows.find(({ method }) => method === 'grait')
    expect(card).toContain(`| tiny-test | grait | ${row?.n} | ${row?.pc.toFixed(1)} |`)
    expect(card).toContain('| trained to refuse | 4 questions |')
    expect(card).toContain('letter of the right option only. If you do not know')
    const cached = readdirSync(join(dir, 'cache', 'tuning')).map((key) => readdirSync(join(dir, 'cache', 'tuning', key, 'adapter')))
    expect(cached.length).toBeGreaterThan(0)
    for (const files of cached) {
      expect(files).toContain('adapter_model.safetensors')
      expect(files).not.toContain('README.md')
    }
  })

  it('answers as in the evaluation of its run, and so does the initial model', async () => {
    const conversation = await openConversation({ run })
    try {
      const records = lines(join(run, 'evaluation', 'tiny-test.jsonl'))
      for (const { id, question, options } of (outcome.data.tests[0]?.questions ?? []).slice(0, 4)) {
        const said = (method: string) => records.find((record) => record['id'] === id && record['method'] === method)?.['output']
        const pair = await conversation.ask(question, options)
        expect(pair.initial.text).toBe(String(said('init-basic')).trim())
        expect(pair.tuned.text).toBe(String(said('grait')).trim())
        for (const [asked, method] of [
          ['initial', 'init-basic'],
          ['tuned', 'grait'],
        ] as const) {
          const { confidence, threshold, doubtful, refused } = pair[asked]
          const record = records.find((other) => other['id'] === id && other['method'] === method)
          expect(confidence).toBeCloseTo(record?.['confidence'] as number, 4)
          expect(threshold).toBe(outcome.results?.rows.find((row) => row.method === method)?.atThreshold?.threshold ?? null)
          expect(doubtful).toBe(!refused && threshold !== null && (confidence as number) <= threshold)
        }
      }
    } finally {
      await conversation.close()
    }
  })

  it('is merged into a folder that transformers loads by itself, with the logits of base and adapter', async () => {
    const merged = await mergeTuned({ run, out: join(dir, 'merged') })
    expect(readdirSync(merged)).toEqual(expect.arrayContaining(['config.json', 'model.safetensors', 'tokenizer.json', 'README.md']))
    const script = `
import sys, torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer
base, adapter, merged = sys.argv[1:]
load = lambda path: AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32).eval()
tokens = AutoTokenizer.from_pretrained(merged)("What is the capital of France?", return_tensors="pt")
with torch.no_grad():
    plain = load(base)(**tokens).logits
    adapted = PeftModel.from_pretrained(load(base), adapter).eval()(**tokens).logits
    whole = load(merged)(**tokens).logits
print((whole - adapted).abs().max().item(), (plain - adapted).abs().max().item())
`
    const printed = execFileSync(inject('python'), ['-c', script, inject('tinyModel'), join(run, 'tuning', 'adapter'), merged], {
      encoding: 'utf8',
      env: { ...process.env, HF_HUB_OFFLINE: '1' },
    })
    const [apart, moved] = printed.trim().split(/\s+/).map(Number)
    expect(apart).toBeLessThan(1e-4)
    expect(moved).toBeGreaterThan(1e-2)
  })

  it('is neither asked nor merged with other weights than it was trained on', async () => {
    const [moved, model] = [join(dir, 'moved'), join(dir, 'retrained')]
    cpSync(run, moved, { recursive: true })
    cpSync(inject('tinyModel'), model, { recursive: true })
    const weights = readFileSync(join(model, 'model.safetensors'))
    weights[weights.length - 1] = (weights.at(-1) as number) ^ 1
    writeFileSync(join(model, 'model.safetensors'), weights)
    const config = readFileSync(join(run, 'config.yaml'), 'utf8')
    writeFileSync(join(moved, 'config.yaml'), config.replace(inject('tinyModel'), model))
    const refused = { code: 'run_conflict', message: expect.stringContaining('its weights have changed') }
    await expect(openConversation({ run: moved })).rejects.toMatchObject(refused)
    await expect(mergeTuned({ run: moved, out: join(dir, 'merged-wrongly') })).rejects.toMatchObject(refused)
    expect(existsSync(join(dir, 'merged-wrongly'))).toBe(false)
  })

  it.each(['tuning/adapter/adapter_model.safetensors', 'selection/train.jsonl'])(
    'is not used if %s has another byte than the run wrote',
    async (file) => {
      const edited = join(dir, 'edited')
      cpSync(run, edited, { recursive: true })
      const bytes = readFileSync(join(edited, file))
      bytes[bytes.length - 2] = (bytes.at(-2) as number) ^ 1
      writeFileSync(join(edited, file), bytes)
      const refused = { code: 'data_invalid', message: expect.stringContaining('has changed'), hint: expect.stringContaining('--out') }
      for (const open of [findTuned, openConversation, openSession]) {
        await expect(open({ run: edited })).rejects.toMatchObject(refused)
      }
      rmSync(edited, { recursive: true })
    },
  )

  it('is not loaded on to weights that were replaced while the plain model was in use', async () => {
    const model = join(dir, 'replaced')
    cpSync(inject('tinyModel'), model, { recursive: true })
    const { config } = await findTuned({ run })
    const session = new ModelSession({ ...config, model: { ...config.model, source: `path:${model}` } }, fullReporter(), undefined)
    try {
      await session.model()
      const weights = readFileSync(join(model, 'model.safetensors'))
      weights[weights.length - 1] = (weights.at(-1) as number) ^ 1
      writeFileSync(join(model, 'model.safetensors'), weights)
      await expect(session.model(join(run, 'tuning', 'adapter'))).rejects.toMatchObject({
        code: 'run_conflict',
        message: `path:${model}: its files were replaced while they were in use`,
      })
    } finally {
      await session.close()
    }
  })

  it.each(['{', '{}', 'null', '{"rows":[null]}', '{"rows":[]}'])(
    'is not merged with results that the run did not write: %s',
    async (text) => {
      const damaged = join(dir, 'damaged')
      cpSync(run, damaged, { recursive: true })
      writeFileSync(join(damaged, 'results.json'), text)
      const merging = mergeTuned({ run: damaged, out: join(dir, 'merged-damaged') })
      await expect(merging).rejects.toMatchObject({
        code: 'data_invalid',
        message: `${join(damaged, 'results.json')}: damaged, or changed after the run wrote it`,
      })
      expect(existsSync(join(dir, 'merged-damaged'))).toBe(false)
    },
  )

  it('is not merged into a folder that holds files', async () => {
    const occupied = join(dir, 'occupied')
    mkdirSync(occupied)
    writeFileSync(join(occupied, 'notes.txt'), 'mine')
    await expect(mergeTuned({ run, out: occupied })).rejects.toMatchObject({ code: 'invalid_request' })
    expect(readdirSync(occupied)).toEqual(['notes.txt'])
  })

  it('is asked from a pipe, a question a line', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'ask', '--run', run, '--json'], {
      input: 'Which metal is green?\n\nWho wrote that?\n',
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([0, ''])
    const pairs = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { question: string; tuned: { text: string } })
    expect(pairs.map(({ question }) => question)).toEqual(['Which metal is green?', 'Who wrote that?'])
    expect(pairs.every(({ tuned }) => typeof tuned.text === 'string')).toBe(true)
  })
})

describe('looking for a tuned model', () => {
  it('says where there is no run, or none that has come so far', async () => {
    await expect(findTuned({ run: join(dir, 'nowhere') })).rejects.toMatchObject({ code: 'data_not_found', message: /no run lies there/ })
    mkdirSync(join(dir, 'begun'))
    writeFileSync(join(dir, 'begun', 'config.yaml'), readFileSync(join(run, 'config.yaml')))
    await expect(findTuned({ run: join(dir, 'begun') })).rejects.toMatchObject({
      code: 'data_not_found',
      message: /no tuned model yet/,
      hint: /Go on with it/,
    })
  })

  it('finds it by method and seed in a comparison, and asks which where several could be meant', async () => {
    const compared = join(dir, 'compared')
    for (const folder of ['grait/seed-1', 'grait/seed-2', 'craft/seed-1']) {
      mkdirSync(join(compared, 'methods', folder, 'tuning', 'adapter'), { recursive: true })
    }
    mkdirSync(join(compared, 'methods', 'init-basic', 'seed-1', 'evaluation'), { recursive: true })
    writeFileSync(join(compared, 'config.yaml'), readFileSync(join(run, 'config.yaml')))
    await expect(findTuned({ run: compared })).rejects.toMatchObject({ code: 'usage', message: /craft \(seed 1\), grait \(seed 1\)/ })
    await expect(findTuned({ run: compared, method: 'van-tuning' })).rejects.toMatchObject({ code: 'data_not_found' })
    const found = await findTuned({ run: compared, method: 'grait' })
    expect(found).toMatchObject({ method: 'grait', seed: 1, config: { seed: 1, selection: { method: 'grait' } } })
    expect(existsSync(found.adapter)).toBe(true)
    expect((await findTuned({ run: compared, method: 'grait', seed: 2 })).adapter).toContain('seed-2')
  })
})
