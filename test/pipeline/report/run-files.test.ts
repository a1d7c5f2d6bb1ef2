import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { resolveConfig } from '../../../src/config/load.js'
import type { Question } from '../../../src/data/question/question.js'
import { reportData } from '../../../src/pipeline/report/run-files.js'
import { reportPage } from '../../../src/report/page/report-page.js'
import type { AskedQuestion, ReportData } from '../../../src/report/report-data.js'
import { sampleReport } from '../../report/sample-report.js'

const root = mkdtempSync(join(tmpdir(), 'grait-report-data-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const write = (path: string, text: string) => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
const jsonLines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

/** Writes the files of a run or a comparison that a report is made from. */
function writeRun(dir: string, data: ReportData, folderOf: (method: string, seed: number) => string): void {
  write(
    join(dir, 'knowledge', 'answers.jsonl'),
    jsonLines(data.knowledge.map(({ id, correctness, certainty }) => ({ id, correctness, certainty }))),
  )
  const identity = { revision: 'abc', dtype: 'float32', device: 'cpu', threads: 2, versions: { torch: '2' } }
  const machine = { processor: 'p', cores: 2, memoryBytes: 2 ** 30, platform: 'linux' }
  write(
    join(dir, 'run.json'),
    JSON.stringify({ startedAt: data.making.startedAt, node: 'v20', machine, identity, stages: data.making.stages }),
  )
  const evaluations = new Map<string, object[]>()
  for (const { dataset, answers } of data.tests) {
    for (const { method, seed, byId } of answers) {
      const path = join(dir, folderOf(method, seed), 'evaluation', `${dataset}.jsonl`)
      const lines = [...byId].map(([id, { output, outcome }]) => ({ id, method, seed, output, outcome }))
      evaluations.set(path, [...(evaluations.get(path) ?? []), ...lines])
    }
  }
  for (const [path, lines] of evaluations) write(path, jsonLines(lines))
  for (const { method, seed, candidates, losses } of data.tunings) {
    write(join(dir, folderOf(method, seed), 'selection', 'influence.jsonl'), jsonLines(candidates))
    write(join(dir, folderOf(method, seed), 'tuning', 'training.json'), JSON.stringify({ steps: losses.length, losses }))
  }
}

const asQuestion = ({ id, question, answer, subject }: AskedQuestion): Question => ({
  id,
  kind: 'oeqa',
  question,
  answers: [answer],
  subject,
})

async function readBack(dir: string, data: ReportData): Promise<ReportData> {
  const questions = new Map([...data.knowledge, ...data.tests.flatMap((test) => test.questions)].map((item) => [item.id, asQuestion(item)]))
  return reportData({
    dir,
    name: data.name,
    config: resolveConfig({ data: { train: 'atlas' } }),
    data: {
      tests: data.tests.map((test) => ({ name: test.dataset, questions: test.questions.map(asQuestion), digest: '' })),
      question: (id) => questions.get(id) as Question,
      notes: ['a split was replaced'],
    },
    results: data.results,
  })
}

describe('the data of a report', () => {
  it('are read from the folder of a run', async () => {
    const data = await sampleReport({ questions: 12, methods: ['grait'], seeds: [4] })
    const dir = join(root, 'run')
    writeRun(dir, data, () => '')
    const read = await readBack(dir, data)
    expect(read.tests).toEqual(data.tests)
    expect(read.tunings).toEqual(data.tunings)
    expect(read.knowledge).toEqual(data.knowledge)
    expect(read.command).toBe(`npx grait run ${dir}/config.yaml --out ${dir}-again`)
    expect(read.notes).toEqual(['a split was replaced'])
  })

  it('are read from the folders of a comparison, one a method and seed, whatever a method of your own is called', async () => {
    const data = await sampleReport({
      questions: 12,
      methods: ['grait', 'craft', 'init-mine'],
      seeds: [1, 2],
      datasets: ['near-test', 'far-test'],
    })
    const dir = join(root, 'compared')
    writeRun(dir, data, (method, seed) => join('methods', method, `seed-${seed}`))
    const read = await readBack(dir, data)
    expect(read.tests).toEqual(data.tests)
    expect(read.tunings.map(({ method, seed }) => [method, seed])).toEqual(data.tunings.map(({ method, seed }) => [method, seed]))
    expect(read.tunings).toEqual(data.tunings)
    expect(read.command).toContain('npx grait compare')
    expect(read.command).toContain('--methods grait,craft,init-mine --seeds 1,2 ')
    expect(await reportPage(read)).toContain('a split was replaced')
  })
})
