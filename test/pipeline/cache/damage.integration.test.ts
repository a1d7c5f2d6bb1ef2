import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { resolveConfig } from '../../../src/config/load.js'
import { damagedStages } from '../../../src/pipeline/cache/damaged-stages.js'
import { runExperiment } from '../../../src/pipeline/experiment/run.js'
import { tinyExperiment, writeTinyQuestions } from '../tiny-experiment.js'

const dir = mkdtempSync(join(tmpdir(), 'grait-damage-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const cache = join(dir, 'cache')
const config = resolveConfig(tinyExperiment(inject('tinyModel'), writeTinyQuestions(dir, 60), cache, inject('python')))

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())

/** A run's files without those that hold times and paths. */
const bytesOf = (run: string) =>
  Object.fromEntries(
    filesIn(run)
      .filter((path) => !['run.json', 'report.html', 'README.md'].includes(basename(path)))
      .map((path) => [path.slice(run.length + 1), readFileSync(path).toString('base64')]),
  )

function run(name: string) {
  const reused: boolean[] = []
  const warnings: string[] = []
  const reporter = {
    stageFinished: (_stage: string, outcome: { reused: boolean }) => void reused.push(outcome.reused),
    warning: (message: string) => void warnings.push(message),
  }
  return runExperiment({ config, name: 'tiny' }, { out: join(dir, name), reporter }).then(({ dir: path }) => ({
    bytes: bytesOf(path),
    reused,
    warnings,
  }))
}

let first: Awaited<ReturnType<typeof run>>
beforeAll(async () => {
  first = await run('first')
})

it("changes to a run's files change nothing for other runs", async () => {
  for (const path of filesIn(join(dir, 'first'))) appendFileSync(path, '{"id":"mine"}\n')
  const second = await run('second')
  expect(second.reused).not.toContain(false)
  expect(second.bytes).toEqual(first.bytes)
})

it('a bit flipped in every file of every finished stage leads to the same bytes, with a word for each stage', async () => {
  const damaged = filesIn(cache).filter((path) => !path.endsWith('checked.json'))
  for (const path of damaged) {
    const bytes = readFileSync(path)
    const middle = Math.floor(bytes.length / 2)
    bytes[middle] = (bytes[middle] as number) ^ 1
    writeFileSync(path, bytes)
  }
  const found = await damagedStages(cache)
  expect(found.damaged).toHaveLength(found.stages)
  const third = await run('third')
  expect(third.reused).not.toContain(true)
  expect(third.warnings.filter((warning) => warning.includes('stored stage is damaged'))).toHaveLength(found.stages)
  expect(third.bytes).toEqual(first.bytes)
  expect(await damagedStages(cache, { everyByte: true })).toMatchObject({ damaged: [], aside: { length: found.stages } })
})
