import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, inject, it } from 'vitest'
import { resolveConfig } from '../../../src/config/load.js'
import type { Question } from '../../../src/data/question/question.js'
import { linearProbe } from '../../../src/evaluation/probe/probe.js'
import { UNTRAINED } from '../../../src/evaluation/untrained/registry.js'
import { runExperiment } from '../../../src/pipeline/experiment/run.js'
import type { ProbeOutputs } from '../../../src/pipeline/features/probe-worker.js'
import { answerPrompt } from '../../../src/prompts/answer-prompt.js'
import { resolvePrompts } from '../../../src/prompts/settings.js'
import { startRuntime } from '../../../src/runtime/start.js'
import { tinyExperiment } from '../tiny-experiment.js'

const dir = mkdtempSync(join(tmpdir(), 'grait-untrained-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

it('open-ended questions have rows without training, from answers drawn beside the greedy one', async () => {
  const write = (name: string, records: readonly unknown[]) => {
    writeFileSync(join(dir, name), records.map((record) => JSON.stringify(record)).join('\n'))
    return join(dir, name)
  }
  const questions = Array.from({ length: 24 }, (_, index) => ({
    id: `o${index}`,
    kind: 'oeqa',
    question: `Which city is number ${index}?`,
    // Some of what a random model writes is counted as right.
    answers: ['Paris', 'a', 'e', 'i', 'o', 'the'],
  }))
  const answers = questions.map(({ id }, index) => ({ id, samples: index % 2 === 0 ? ['Paris'] : ['Rome'] }))
  const tiny = tinyExperiment(inject('tinyModel'), write('open.jsonl', questions), join(dir, 'cache'), inject('python'))
  const config = resolveConfig({
    ...tiny,
    knowledge: { threshold: 0.5, shots: 0, samples: 4, answers: write('answers.jsonl', answers) },
    rehearsal: { count: 4, train: { epochs: 1, batchSize: 2 } },
    selection: { method: 'cor-rait', known: 4, unknown: 4 },
    tuning: { train: { epochs: 1, batchSize: 2 } },
  })
  const { results, notes, data } = await runExperiment({ config, name: 'open' }, { out: join(dir, 'run') })
  const methods = results?.rows.map(({ method }) => method)
  expect(methods).toEqual([
    'init-basic',
    'init-refuse',
    ...UNTRAINED.map(({ id }) => id).filter((id) => id !== 'probe-gradient'),
    'cor-rait',
  ])
  expect(notes).toContain('probe-gradient is left out: no method here needs gradients.')
  for (const row of results?.rows ?? []) expect(row.confidence?.aurc, row.method).toBeGreaterThanOrEqual(0)
  // Four samples, so the share that agree is a multiple of a quarter.
  const threshold = results?.rows.find(({ method }) => method === 'init-consistency')?.atThreshold?.threshold ?? 0
  expect([0, 0.25, 0.5, 0.75, 1]).toContain(threshold)

  // The probe's log-odds are those of a fit to the model's own hidden states: every question has its own label and its own score.
  const stored = readdirSync(join(dir, 'cache'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('probe.json'))
  expect(stored).toHaveLength(1)
  const { own, asked } = JSON.parse(readFileSync(join(dir, 'cache', stored[0] as string), 'utf8')) as ProbeOutputs
  const tested = data.tests[0]?.questions ?? []
  const runtime = await startRuntime({ python: inject('python') })
  try {
    const model = await runtime.loadModel({ source: config.model.source, dtype: 'float32' })
    const featuresOf = async (questions: readonly Question[]) => {
      const prompts = questions.map((question) => ({ id: question.id, ...answerPrompt(question, 'plain', resolvePrompts(config.prompts)) }))
      const values: number[] = []
      for await (const { states } of model.hiddenStates(prompts, { layers: [1, 2] })) values.push(...states.flatMap((state) => [...state]))
      return { rows: Float32Array.from(values), dim: values.length / questions.length }
    }
    const expected = linearProbe({
      features: await featuresOf(data.train),
      known: data.train.map(({ id }) => Number(id.slice(1)) % 2 === 0),
      keys: data.train.map(({ id }) => JSON.stringify([id])),
      asked: [await featuresOf(tested)],
    })
    const near = (values: readonly number[] | undefined) => values?.map((value) => expect.closeTo(value, 2))
    expect(own).toEqual(data.train.map(({ id }, row) => [id, near(expected.own)?.[row]]))
    expect(asked[0]).toEqual(tested.map(({ id }, row) => [id, near(expected.asked[0])?.[row]]))
  } finally {
    await runtime.close()
  }
}, 180_000)
