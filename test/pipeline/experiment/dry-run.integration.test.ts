import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { resolveConfig } from '../../../src/config/load.js'
import { dryRun } from '../../../src/pipeline/experiment/dry-run.js'
import { dryRunTable } from '../../../src/report/terminal/dry-run-table.js'
import { type RuntimeServer, serveRuntime } from '../../../src/runtime/serve.js'
import { tinyExperiment, writeTinyQuestions } from '../tiny-experiment.js'

const dir = mkdtempSync(join(tmpdir(), 'grait-dry-'))
let server: RuntimeServer
beforeAll(async () => {
  server = await serveRuntime({ python: inject('python'), onLog: () => undefined })
})
afterAll(async () => {
  await server.close()
  rmSync(dir, { recursive: true, force: true })
})

const experiment = tinyExperiment(inject('tinyModel'), writeTinyQuestions(dir, 40), join(dir, 'cache'), inject('python'))
const planned = (method: string, knowledge = {}) =>
  dryRun(
    {
      name: 'tiny',
      config: resolveConfig({
        ...experiment,
        knowledge: { ...experiment.knowledge, ...knowledge },
        selection: { ...experiment.selection, method },
      }),
    },
    { attach: server.path },
  )

describe('a dry run', () => {
  it.each([
    ['van-tuning', 'knowledge tuning evaluation states truth'],
    ['cor-rait', 'knowledge tuning evaluation states truth'],
    ['craft', 'knowledge rehearsal flow tuning evaluation states truth'],
    ['grait', 'knowledge rehearsal gradients tuning evaluation states truth'],
    ['grait-greedy', 'knowledge rehearsal gradients tuning evaluation states truth'],
  ])('of %s has the stages %s', async (method, stages) => {
    const plan = await planned(method)
    expect(plan.stages.map(({ stage }) => stage).join(' ')).toBe(stages)
    const gradients = plan.stages.find(({ stage }) => stage === 'gradients')
    const questions = plan.stages[0]?.items as number
    const tested = plan.stages.find(({ stage }) => stage === 'truth')?.items as number
    if (gradients !== undefined) expect(gradients.items).toBe((method === 'grait-greedy' ? 2 * questions : questions) + tested)
  })

  it('asks nothing where the answers were made elsewhere', async () => {
    writeFileSync(join(dir, 'answers.jsonl'), '')
    const plan = await planned('craft', { answers: join(dir, 'answers.jsonl') })
    const tokens = new Map(plan.stages.map((stage) => [stage.stage, stage.tokens]))
    expect(tokens.get('knowledge')).toBe(0)
    expect(tokens.get('flow')).toBeGreaterThan(0)
  })

  it('shows a prompt of each use with its target, or the options, and what ends the answer', async () => {
    const { prompts, templateDate } = await planned('grait')
    const [knowledge, rehearsal, known, unknown, plain, refusing] = prompts
    expect(knowledge).toMatchObject({ target: null, scored: [' A', ' B', ' C'], stop: [] })
    expect(knowledge?.prompt).toMatch(/Answer: [ABC]\n\n.*\nAnswer:$/s)
    expect(rehearsal).toMatchObject({ target: expect.stringMatching(/^[ABC]<\|end\|>$/), stop: ['<|endoftext|>', '<|end|>'] })
    expect(unknown).toMatchObject({ target: "I don't know.<|end|>", prompt: known?.prompt })
    expect(plain).toMatchObject({ target: null, stop: ['<|endoftext|>', '<|end|>', '\n'], prompt: rehearsal?.prompt })
    expect(refusing?.prompt).toMatch(/^<\|start\|>user\n.*I don't know.*<\|start\|>assistant\n$/s)
    expect(templateDate).toBeNull()
  })

  it('prints all of it', async () => {
    const text = dryRunTable(await planned('craft'), 100)
    expect(text).toMatch(/^flow +\d+/m)
    expect(text).toContain(`--- target: "I don't know.<|end|>"; ends at: "<|endoftext|>" "<|end|>"`)
    expect(text).toContain('--- scored: " A" " B" " C"')
  })
})
