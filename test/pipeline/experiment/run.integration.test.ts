import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { resolveConfig } from '../../../src/config/load.js'
import { loadDataset } from '../../../src/data/dataset.js'
import type { Question } from '../../../src/data/question/question.js'
import { type RunOutcome, runExperiment } from '../../../src/pipeline/experiment/run.js'
import { fullReporter } from '../../../src/pipeline/reporter.js'
import type { OutputRecord } from '../../../src/pipeline/stages/evaluation.js'
import { findTuned } from '../../../src/pipeline/tuned/tuned-model.js'
import { answerPrompt } from '../../../src/prompts/answer-prompt.js'
import { resolvePrompts } from '../../../src/prompts/settings.js'
import { startRuntime } from '../../../src/runtime/start.js'
import { tinyExperiment, writeTinyQuestions } from '../tiny-experiment.js'

const dir = mkdtempSync(join(tmpdir(), 'grait-run-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const tinyQuestions = writeTinyQuestions(dir, 60)
const config = resolveConfig(tinyExperiment(inject('tinyModel'), tinyQuestions, join(dir, 'cache'), inject('python')))
const lines = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

interface Outcomes {
  outcome: string
}

/** Which stages a run computed, and which it found. */
function recordingReporter() {
  const stages: { name: string; reused: boolean }[] = []
  const warnings: string[] = []
  return {
    stages,
    warnings,
    ...fullReporter(),
    stageFinished: (name: string, { reused }: { reused: boolean }) => void stages.push({ name, reused }),
    warning: (message: string) => void warnings.push(message),
  }
}

describe('a run of the pipeline', () => {
  let outcome: RunOutcome
  const first = recordingReporter()

  beforeAll(async () => {
    outcome = await runExperiment({ config, name: 'tiny' }, { out: join(dir, 'first'), reporter: first })
  })

  it('tells what is known of every question, and that so small a training set says little', async () => {
    const records = lines(join(outcome.dir, 'knowledge', 'answers.jsonl'))
    expect(outcome.knowledge.map(({ correctness }) => correctness)).toEqual(records.map(({ correctness }) => correctness))
    const known = outcome.knowledge.filter((question) => question.known).length
    expect(known).toBe(records.filter(({ correctness }) => (correctness as number) >= 0.33).length)
    const small = 'grait: the training set is 8 answers and 4 refusals: too few to learn from'
    expect(outcome.notes.join()).toContain(small)
    expect(first.warnings.join()).toContain(small)
    const until = async (stage: 'knowledge' | 'selection') =>
      runExperiment({ config, name: 'tiny' }, { out: join(dir, `until-${stage}`), until: stage })
    expect(await until('knowledge')).toMatchObject({ knowledge: outcome.knowledge, selection: [], results: undefined })
    expect(await until('selection')).toMatchObject({ selection: outcome.selection, results: undefined })
  })

  it('leaves a folder a stage and the results', () => {
    expect(readdirSync(outcome.dir).sort()).toEqual(
      [
        'config.yaml',
        'evaluation',
        'gradients',
        'knowledge',
        'rehearsal',
        'report.html',
        'results.json',
        'run.json',
        'selection',
        'tuning',
      ].sort(),
    )
    expect(readdirSync(join(outcome.dir, 'tuning', 'adapter'))).toContain('adapter_model.safetensors')
    expect(readdirSync(join(outcome.dir, 'rehearsal', 'adapter'))).toContain('optimizer.safetensors')
    expect(readdirSync(join(outcome.dir, 'gradients', 'idk'))).toEqual(['index.json', 'shard-00000.npy'])
  })

  it('knows, for every question, a correctness and a certainty', () => {
    const answers = lines(join(outcome.dir, 'knowledge', 'answers.jsonl'))
    expect(answers.map((answer) => answer['id'])).toEqual(outcome.data.train.map((question) => question.id))
    for (const answer of answers) {
      const probabilities = answer['probabilities'] as number[]
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 10)
      expect(answer['certainty']).toBeCloseTo(
        probabilities.reduce((sum, p) => sum + p * Math.log(p), 0),
        10,
      )
    }
  })

  it('trains on the gold answers of known questions and the refusal of unknown ones, weighted', () => {
    const train = lines(join(outcome.dir, 'selection', 'train.jsonl'))
    const of = (group: string) => train.filter((record) => record['group'] === group)
    expect([of('ik').length, of('idk').length]).toEqual([8, 4])
    expect(new Set(of('ik').map((record) => record['weight']))).toEqual(new Set([1]))
    expect(new Set(of('idk').map((record) => record['target']))).toEqual(new Set(["I don't know."]))
    const weights = of('idk').map((record) => record['weight'] as number)
    expect(weights.reduce((sum, weight) => sum + weight, 0) / 4).toBeCloseTo(0.5, 10)
  })

  it('takes the refusals with the highest refusal influence', () => {
    const influence = lines(join(outcome.dir, 'selection', 'influence.jsonl')).filter((record) => record['group'] === 'idk')
    const value = (record: Record<string, unknown>) => record['refusalInfluence'] as number
    const chosen = influence.filter((record) => record['selected']).map(value)
    const others = influence.filter((record) => !record['selected']).map(value)
    expect(Math.min(...chosen)).toBeGreaterThanOrEqual(Math.max(...others))
  })

  it('judges every test question for the initial model, plain and with leave to refuse, and for the tuned one', () => {
    const evaluated = lines(join(outcome.dir, 'evaluation', 'tiny-test.jsonl'))
    const n = outcome.data.tests[0]?.questions.length as number
    expect(evaluated).toHaveLength(9 * n)
    expect(outcome.results?.rows.map((row) => [row.method, row.n])).toEqual([
      ['init-basic', n],
      ['init-refuse', n],
      ['init-probability', n],
      ['init-consistency', n],
      ['init-entropy', n],
      ['init-ptrue', n],
      ['probe-hidden', n],
      ['probe-gradient', n],
      ['grait', n],
    ])
  })

  it('sets the threshold of a method without training on other questions, and refuses exactly what is not above it', () => {
    const row = outcome.results?.rows.find(({ method }) => method === 'init-probability')
    const of = (file: string, method: string) =>
      lines(join(outcome.dir, 'evaluation', file)).filter((line) => line['method'] === method) as unknown as (OutputRecord & Outcomes)[]
    const aside = of('tiny-thresholds.jsonl', 'init-basic')
    const tested = of('tiny-test.jsonl', 'init-basic')
    expect(aside.filter(({ id }) => tested.some((other) => other.id === id))).toEqual([])
    const worth = (threshold: number) => {
      const given = aside.filter(({ answer }) => (answer?.logprob as number) > threshold)
      const right = (all: typeof aside) => all.filter(({ outcome }) => outcome === 'correct').length
      const rate = right(aside) / (aside.length - right(aside))
      return right(given) - rate * (given.length - right(given))
    }
    const threshold = row?.atThreshold?.threshold ?? -Infinity
    const best = Math.max(0, ...[-Infinity, ...aside.map(({ answer }) => answer?.logprob as number)].map(worth))
    expect(worth(threshold)).toBeCloseTo(best, 9)
    const refused = of('tiny-test.jsonl', 'init-probability').map(({ outcome }) => outcome === 'refused')
    expect(refused).toEqual(tested.map(({ answer }) => (answer?.logprob as number) <= threshold))
    expect(row?.pr).toBeCloseTo((100 * refused.filter(Boolean).length) / refused.length, 9)
    expect(row?.atThreshold?.ths).toBe(row?.ths)
  })

  it('keeps how probable every answer, the refusal and each letter are, as the model itself says', async () => {
    const evaluated = lines(join(outcome.dir, 'evaluation', 'tiny-test.jsonl')).filter((line) => line['method'] === 'init-refuse')
    const questions = outcome.data.tests[0]?.questions as Question[]
    const runtime = await startRuntime({ python: inject('python') })
    try {
      const model = await runtime.loadModel({ source: config.model.source, dtype: 'float32' })
      const prompts = resolvePrompts(config.prompts)
      const asked = questions.map((question) => ({
        id: question.id,
        ...answerPrompt(question, 'refuse', prompts),
        options: ['A', 'B', 'C', `${prompts.refusal}${model.info.endOfTurn}`],
      }))
      const scored: number[][] = []
      for await (const { logprobs } of model.scoreOptions(asked)) scored.push([...logprobs])
      for (const [index, line] of evaluated.entries()) {
        const { answer, refusal, options } = line as unknown as OutputRecord
        const [a, b, c, refused] = scored[index] as [number, number, number, number]
        expect(options?.map((probability) => Math.log(probability))).toEqual([a, b, c].map((value) => expect.closeTo(value, 3)))
        expect(refusal?.logprob).toBeCloseTo(refused, 3)
        expect(answer?.logprob).toBeLessThan(0)
        expect(answer?.tokens).toBeGreaterThan(0)
      }
    } finally {
      await runtime.close()
    }
  })

  it('computes nothing a second time and gives the same results.json, byte for byte', async () => {
    const second = recordingReporter()
    const started = performance.now()
    const again = await runExperiment({ config, name: 'tiny' }, { out: join(dir, 'second'), reporter: second })
    expect(performance.now() - started).toBeLessThan(5000)
    expect(first.stages.every((stage) => !stage.reused)).toBe(true)
    expect(second.stages.every((stage) => stage.reused)).toBe(true)
    expect(readFileSync(join(again.dir, 'results.json'))).toEqual(readFileSync(join(outcome.dir, 'results.json')))
  })

  it('takes the same questions from memory for the same stages, and ends with the same bytes', async () => {
    const third = recordingReporter()
    const { questions } = await loadDataset({ name: `jsonl:${tinyQuestions}` })
    const inMemory = { ...config, data: { ...config.data, train: 'script:tiny' } }
    const given = { out: join(dir, 'from-memory'), reporter: third, questions: { tiny: questions } }
    const again = await runExperiment({ config: inMemory, name: 'tiny' }, given)
    expect(third.stages.every((stage) => stage.reused)).toBe(true)
    expect(readFileSync(join(again.dir, 'results.json'))).toEqual(readFileSync(join(outcome.dir, 'results.json')))
  })

  it('computes only what a changed setting touches', async () => {
    const changed = recordingReporter()
    await runExperiment(
      { config: { ...config, weighting: { ...config.weighting, kind: 'uniform' } }, name: 'tiny' },
      { out: join(dir, 'third'), reporter: changed },
    )
    const computed = changed.stages.filter((stage) => !stage.reused).map((stage) => stage.name)
    expect(computed).toEqual(['selection', 'tuning', 'evaluation', 'evaluation'])
  })

  it('refuses a folder that holds another run', async () => {
    await expect(runExperiment({ config: { ...config, seed: 4 }, name: 'tiny' }, { out: join(dir, 'first') })).rejects.toMatchObject({
      code: 'run_conflict',
    })
  })

  it('stops before any training where the model knows nothing, and says which threshold led to it', async () => {
    const strict = { ...config, knowledge: { ...config.knowledge, threshold: 1 } }
    const stopped = recordingReporter()
    await expect(runExperiment({ config: strict, name: 'tiny' }, { out: join(dir, 'strict'), reporter: stopped })).rejects.toMatchObject({
      code: 'empty_group',
      message: expect.stringMatching(/no known question.*correctness 1 \(knowledge\.threshold\)/),
    })
    expect(stopped.stages.map((stage) => stage.name)).toEqual(['knowledge'])
  })

  it('takes answers made elsewhere instead of asking', async () => {
    const answers = join(dir, 'answers.jsonl')
    const given = outcome.data.train.map(({ id, answer }, index) => ({
      id,
      probabilities: [0, 1, 2].map((option) => ((option === answer) === (index % 2 === 0) ? 0.8 : 0.1)),
    }))
    writeFileSync(answers, given.map((line) => JSON.stringify(line)).join('\n'))
    const run = await runExperiment(
      { config: { ...config, knowledge: { ...config.knowledge, answers } }, name: 'tiny' },
      { out: join(dir, 'given'), until: 'knowledge' },
    )
    const known = lines(join(run.dir, 'knowledge', 'answers.jsonl'))
    expect(known.map((record) => (record['correctness'] as number) > 0.5)).toEqual(given.map((_, index) => index % 2 === 0))
  })

  it('leaves out questions that are too long for the model, counts them and names every one', async () => {
    const long = join(dir, 'long.jsonl')
    const tooLong = Array.from({ length: 4 }, (_, index) => ({
      id: `long${index}`,
      kind: 'mcqa',
      question: 'word '.repeat(900),
      options: ['yes', 'no'],
      answer: 0,
    }))
    writeFileSync(long, [...lines(tinyQuestions), ...tooLong].map((line) => JSON.stringify(line)).join('\n'))
    const reporter = recordingReporter()
    const data = { ...config.data, train: `jsonl:${long}`, tests: [`jsonl:${tinyQuestions}`] }
    const run = await runExperiment({ config: { ...config, data }, name: 'long' }, { out: join(dir, 'long'), until: 'knowledge', reporter })
    const failed = lines(join(run.dir, 'knowledge', 'failures.jsonl'))
    expect(failed.map(({ id, code }) => [id, code])).toEqual(tooLong.map(({ id }) => [id, 'too_long']))
    expect(failed[0]?.['message']).toContain('context of 512')
    expect(lines(join(run.dir, 'knowledge', 'answers.jsonl'))).toHaveLength(run.data.train.length - 4)
    expect(reporter.warnings.filter((warning) => warning.startsWith('4 questions left out'))).toHaveLength(1)
  })

  it('takes samples made elsewhere, judges and embeds them', async () => {
    const open = join(dir, 'open.jsonl')
    const asked = ['Paris', 'Rome', 'Oslo', 'Bern'].map((city, index) => ({
      id: `o${index}`,
      kind: 'oeqa',
      question: `Which city is number ${index}?`,
      answers: [city],
    }))
    writeFileSync(open, asked.map((line) => JSON.stringify(line)).join('\n'))
    const answers = join(dir, 'samples.jsonl')
    const drawn = [
      ['Paris', 'Paris.'],
      ['Rome', 'Milan'],
      ['Bergen', 'Bergen'],
    ]
    writeFileSync(answers, drawn.map((samples, index) => JSON.stringify({ id: `o${index}`, samples })).join('\n'))
    const reporter = recordingReporter()
    const data = { ...config.data, train: `jsonl:${open}`, tests: [`jsonl:${tinyQuestions}`] }
    const run = await runExperiment(
      { config: { ...config, data, knowledge: { ...config.knowledge, shots: 0, answers } }, name: 'open' },
      { out: join(dir, 'open'), until: 'knowledge', reporter },
    )
    const known = lines(join(run.dir, 'knowledge', 'answers.jsonl'))
    expect(known.map(({ id, correctness }) => [id, correctness])).toEqual([
      ['o0', 1],
      ['o1', 0.5],
      ['o2', 0],
    ])
    expect(known[2]?.['certainty']).toBe(1)
    expect(known[1]?.['certainty'] as number).toBeLessThan(0.9)
    expect(reporter.warnings.join()).toContain('o3')
  })

  it('sets the results of other questions aside before it computes anything, so that no reader takes them for its own', async () => {
    const out = join(dir, 'first')
    const before = readFileSync(join(out, 'results.json'))
    writeTinyQuestions(dir, 59)
    const seen: string[][] = []
    const warnings: string[] = []
    const reporter = {
      stageStarted: () => void seen.push(readdirSync(out).sort()),
      warning: (message: string) => void warnings.push(message),
    }
    await runExperiment({ config, name: 'tiny' }, { out, until: 'knowledge', reporter })
    expect(seen).toEqual([['config.yaml', 'earlier-1', 'run.json', 'run.lock']])
    expect(warnings.join()).toContain('changed since: the training questions')
    expect(readdirSync(out).sort()).toEqual(['config.yaml', 'earlier-1', 'knowledge', 'run.json'])
    await expect(findTuned({ run: out })).rejects.toMatchObject({ code: 'data_not_found' })
    expect(readFileSync(join(out, 'earlier-1', 'results.json'))).toEqual(before)
    expect(await findTuned({ run: join(out, 'earlier-1') })).toMatchObject({ method: 'grait', seed: 3 })
  })
})
