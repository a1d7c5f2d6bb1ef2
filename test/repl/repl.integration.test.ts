import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { resolveConfig } from '../../src/config/load.js'
import { runExperiment } from '../../src/pipeline/experiment/run.js'
import { serveRuntime } from '../../src/runtime/serve.js'
import { tinyExperiment, writeTinyQuestions } from '../pipeline/tiny-experiment.js'
import { Terminal } from './terminal.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const main = inject('commandLine')
const source = `path:${inject('tinyModel')}`
const home = mkdtempSync(join(tmpdir(), 'grait-home-'))
const env = { GRAIT_HOME: home, GRAIT_PYTHON: inject('python') }
const command = `${process.execPath} ${main} repl --model ${source}`
const endless = "await model.generate([{ id: 'a', prompt: 'What' }], { samples: 64, temperature: 1, maxTokens: 500 })"

afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('grait repl in a terminal', () => {
  let terminal: Terminal
  beforeAll(async () => {
    terminal = await Terminal.open(`cd ${root} && ${command}`, env)
    await terminal.shows(/LlamaForCausalLM, \w+ on cpu; \.help[\s\S]*grait> $/m, 60_000)
  })
  afterAll(() => terminal.close())

  it('prints rows as a table with their shape', async () => {
    await terminal.type("await model.scoreOptions([{ id: 'q1', prompt: 'What is', options: ['red', 'blue'] }])")
    await terminal.shows(/id +logprobs\n─+ +─+\nq1 +-\d[\d.]* -\d[\d.]*\n1 row, 2 columns/)
  })

  it('never prints thousands of numbers', async () => {
    await terminal.type('new Float32Array(8192).fill(0.5)')
    await terminal.shows(/Float32Array \[8192\] (0\.5 ){6}… +min 0\.5, max 0\.5, norm 45\.25/)
    expect((await terminal.screen()).match(/0\.5/g)!.length).toBeLessThan(20)
  })

  it('gives live Python objects beside the typed calls, over the same weights', async () => {
    await terminal.type("const torch = await py.import('torch'); await (await torch.sum(await torch.ones([2, 3]))).item()")
    await terminal.shows(/^6$/m)
    await terminal.type('const live = await model.live(); (await live.num_parameters()) === model.info.parameters')
    await terminal.shows(/^true$/m)
    await terminal.type('await (await live.lm_head.weight).data_ptr() === await (await (await model.live()).lm_head.weight).data_ptr()')
    await terminal.shows(/data_ptr\(\)\ntrue$/m)
  })

  it("shows a Python exception's message and last frame", async () => {
    await terminal.type("const json = await py.import('json'); await json.loads('nope')")
    await terminal.shows(
      /JSONDecodeError: Expecting value: line 1 column 1 \(char 0\)\n +at raw_decode \(.*decoder\.py:\d+\)\n +raise JSON/,
    )
    expect(await terminal.screen()).not.toContain('Error in exception handler')
  })

  it('cancels the running call at Ctrl-C, and keeps session, model and Python', async () => {
    await terminal.type('const kept = 41')
    await terminal.type(endless)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    await terminal.press('C-c')
    await terminal.shows(/interrupted; the session and the model stay/)
    await terminal.type("(await model.countTokens([{ id: 'a', prompt: 'What' }])).length + kept")
    await terminal.shows(/^42$/m, 5_000)
    await terminal.type('await torch.ones([7])')
    await terminal.shows(/^tensor\(\[1\., 1\./m)
  })

  it('completes names, and says what is in scope', async () => {
    await terminal.press(...'model.countT'.split(''))
    await terminal.press('Tab')
    await terminal.shows(/model\.countTokens$/m)
    await terminal.press('C-c')
    await terminal.type('.help')
    await terminal.shows(/You can use:[\s\S]*py +Python:[\s\S]*\.exit/)
  })

  it('leaves at Ctrl-D with status 0, and remembers its lines the next time', async () => {
    await terminal.type('kept + 1000')
    await terminal.shows(/^1041$/m)
    await terminal.press('C-d')
    await terminal.shows(/exit status 0/)
    expect(readFileSync(join(home, 'repl_history'), 'utf8').split('\n')[0]).toBe('kept + 1000')
  })
})

describe('grait repl --run', () => {
  it('has the tuned model, the one before it, and what the run left', { timeout: 180_000 }, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'grait-repl-run-'))
    try {
      const questions = writeTinyQuestions(dir, 60)
      const config = resolveConfig(tinyExperiment(inject('tinyModel'), questions, join(dir, 'cache'), inject('python')))
      const run = join(dir, 'run')
      const { results, data } = await runExperiment({ config, name: 'tiny' }, { out: run })
      const lines = [
        'data.config.seed',
        "(await data.rows('selection/influence.jsonl')).length",
        '(await data.results()).rows.map(({ method }) => method).join()',
        "const q = { id: 'q', prompt: 'What is', options: ['red', 'blue'] }",
        'const [[before], [after]] = [await initial.scoreOptions([q]), await model.scoreOptions([q])]',
        'before.logprobs.length === 2 && before.logprobs[0] !== after.logprobs[0]',
        "typeof await ask('What is red?', { maxTokens: 4 })",
        '(await (await model.live()).num_parameters()) > 0',
      ]
      const args = [main, 'repl', '--run', run]
      const { stdout } = await execa(process.execPath, args, { env, input: `${lines.join('\n')}\n` })
      const printed = [...stdout.matchAll(/^grait> (?!undefined)(.+)$/gm)].map((match) => match[1])
      expect(printed).toEqual([
        String(config.seed),
        String(data.train.length),
        `'${results?.rows.map(({ method }) => method).join()}'`,
        'true',
        "'string'",
        'true',
      ])
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
})

describe('grait repl --attach', () => {
  it('has the typed calls, and says plainly that there are no live objects', async () => {
    const server = await serveRuntime({ python: inject('python'), threads: 1, onLog: () => {} })
    try {
      const lines = ["(await model.countTokens([{ id: 'a', prompt: 'What' }])).length", "await py.import('torch')", 'await model.live()']
      const { stdout } = await execa(process.execPath, [main, 'repl', '--model', source, '--attach', server.path], {
        env,
        input: `${lines.join('\n')}\n`,
      })
      expect(stdout).toMatch(/^grait> 1$/m)
      expect(stdout).toMatch(
        /usage: there are no live Python objects with --attach: the runtime is a process of its own\n +Start `grait repl`/,
      )
      expect(stdout).toMatch(/usage: there are no live Python objects here/)
      expect(stdout.match(/there are no live/g)).toHaveLength(2)
    } finally {
      await server.close()
    }
  })
})
