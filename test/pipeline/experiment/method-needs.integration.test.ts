import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, inject, it } from 'vitest'
import { resolveConfig } from '../../../src/config/load.js'
import { runExperiment } from '../../../src/pipeline/experiment/run.js'
import type { ProbeOutputs } from '../../../src/pipeline/features/probe-worker.js'
import type { RoundRecord } from '../../../src/pipeline/stages/first-round.js'
import type { TrainingRecord } from '../../../src/pipeline/stages/selection.js'
import { tinyExperiment } from '../tiny-experiment.js'

const dir = mkdtempSync(join(tmpdir(), 'grait-needs-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const write = (name: string, records: readonly unknown[]) => {
  writeFileSync(join(dir, name), records.map((record) => JSON.stringify(record)).join('\n'))
  return join(dir, name)
}
const lines = <T>(path: string) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T)
const questions = Array.from({ length: 24 }, (_, index) => ({
  id: `o${index}`,
  kind: 'oeqa',
  question: `Which city is number ${index}?`,
  // Some of what a random model writes is counted as right.
  answers: ['Paris', 'a', 'e', 'i', 'o', 'the'],
}))
const answers = questions.map(({ id }, index) => ({ id, samples: index % 2 === 0 ? ['Paris'] : ['Rome'] }))
const tiny = tinyExperiment(inject('tinyModel'), write('open.jsonl', questions), join(dir, 'cache'), inject('python'))
const chosenBy = async (method: string) => {
  const config = resolveConfig({
    ...tiny,
    knowledge: { threshold: 0.5, shots: 0, samples: 4, answers: write('answers.jsonl', answers) },
    selection: { method, known: 20, unknown: 20 },
    tuning: { train: { epochs: 1, batchSize: 2 } },
  })
  const out = join(dir, method)
  const { data } = await runExperiment({ config, name: 'open' }, { out, until: 'selection' })
  return { out, data, pairs: lines<TrainingRecord>(join(out, 'selection', 'train.jsonl')) }
}
const refusal = "I don't know."

it('what a probe expects of a question that it did not see weighs its answer and its refusal', async () => {
  const { out, data, pairs } = await chosenBy('exchange-rate-probed')
  const { own } = JSON.parse(readFileSync(join(out, 'estimates', 'probe.json'), 'utf8')) as ProbeOutputs
  const logOdds = new Map(own)
  const right = data.train.filter(({ id }) => Number(id.slice(1)) % 2 === 0).length
  const rate = right / (data.train.length - right)
  expect(pairs.length).toBe(2 * data.train.length)
  const weight = (id: string, refused: boolean) =>
    pairs.find((pair) => pair.id === id && (pair.target === refusal) === refused)?.weight ?? 0
  for (const { id } of data.train) {
    expect(Math.log((weight(id, false) / weight(id, true)) * rate), id).toBeCloseTo(logOdds.get(id) as number, 6)
  }
}, 180_000)

it('a first round is tuned and asked; its right answers are trained as they were said', async () => {
  const { out, data, pairs } = await chosenBy('exchange-rate-iterated')
  const said = new Map(lines<RoundRecord>(join(out, 'first-round', 'answers', 'answers.jsonl')).map(({ id, answers }) => [id, answers]))
  expect([...said.keys()].sort()).toEqual(data.train.map(({ id }) => id).sort())
  for (const given of said.values()) expect(given).toHaveLength(4)
  for (const { id, target } of pairs) {
    if (target !== refusal) expect(said.get(id)?.find(({ text }) => text === target)?.outcome, id).toBe('correct')
  }
}, 180_000)
