import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ModelIdentity } from '../../../src/pipeline/cache/model-identity.js'
import { type RunInputs, setEarlierAside } from '../../../src/pipeline/folder/earlier-results.js'

const identity: ModelIdentity = {
  revision: 'a',
  dtype: 'float32',
  device: 'cpu',
  deviceName: 'some',
  threads: 2,
  architecture: 'Tiny',
  contextLength: 128,
  hasChatTemplate: false,
  templateDigest: null,
  templateDate: null,
  versions: { torch: '2' },
}
const inputs: RunInputs = { version: '1', questions: 'q', tests: 't', answers: null, methods: 'm' }

let run: string
beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), 'grait-earlier-'))
  mkdirSync(join(run, 'tuning'))
  writeFileSync(join(run, 'tuning', 'training.json'), 'old')
  for (const name of ['config.yaml', 'results.json', 'report.html', 'notes.txt']) writeFileSync(join(run, name), 'old')
  writeFileSync(join(run, 'run.json'), JSON.stringify({ inputs, identity, stages: [] }))
})
afterEach(() => rmSync(run, { recursive: true, force: true }))

const moved = ['config.yaml', 'report.html', 'results.json', 'run.json', 'tuning']

describe('results in the folder of a run', () => {
  it('stay where they are for a run of the same inputs and model', async () => {
    expect(await setEarlierAside(run, inputs, { ...identity, versions: { torch: '2' } })).toBeUndefined()
    expect(existsSync(join(run, 'results.json'))).toBe(true)
  })

  it.each([
    [{ questions: 'other' }, {}, 'the training questions'],
    [{ tests: 'other' }, {}, 'the test questions'],
    [{ answers: 'given' }, {}, 'the given answers'],
    [{ methods: 'other' }, {}, 'the methods of the script'],
    [{ version: '2' }, {}, 'the version of grait'],
    [{}, { revision: 'b' }, "the model's files"],
    [{}, { threads: 4 }, "the model's threads"],
    [{}, { versions: { torch: '3' } }, "the model's versions"],
  ])('are moved aside, whole and with the reason, if %j %j differs', async (input, fact, reason) => {
    const folder = join(run, 'earlier-1')
    expect(await setEarlierAside(run, { ...inputs, ...input }, { ...identity, ...fact })).toEqual({ folder, changed: [reason] })
    expect(readdirSync(folder).sort()).toEqual(moved)
    expect(readdirSync(run).sort()).toEqual(['config.yaml', 'earlier-1', 'notes.txt'])
  })

  it.each(['', '{', '{}', '{"inputs":{},"identity":{}}'])(
    'are moved aside if it is not recorded what they were made from: %j',
    async (text) => {
      writeFileSync(join(run, 'run.json'), text)
      expect((await setEarlierAside(run, inputs, identity))?.changed[0]).toContain('not recorded')
      expect(existsSync(join(run, 'results.json'))).toBe(false)
    },
  )

  it('get a folder of their own each time, and a move that was interrupted is completed', async () => {
    await setEarlierAside(run, { ...inputs, questions: 'other' }, identity)
    writeFileSync(join(run, 'run.json'), JSON.stringify({ inputs, identity }))
    mkdirSync(join(run, 'earlier-2'))
    for (const name of ['config.yaml', 'results.json']) writeFileSync(join(run, 'earlier-2', name), 'second')
    mkdirSync(join(run, 'tuning'))
    expect((await setEarlierAside(run, { ...inputs, questions: 'third' }, identity))?.folder).toBe(join(run, 'earlier-2'))
    expect(readdirSync(join(run, 'earlier-2')).sort()).toEqual(['config.yaml', 'results.json', 'run.json', 'tuning'])
    expect(readFileSync(join(run, 'earlier-1', 'results.json'), 'utf8')).toBe('old')
  })

  it('are never mixed with those of another interrupted move', async () => {
    await setEarlierAside(run, { ...inputs, questions: 'other' }, identity)
    rmSync(join(run, 'earlier-1', 'run.json'))
    writeFileSync(join(run, 'results.json'), 'second')
    expect((await setEarlierAside(run, inputs, identity))?.folder).toBe(join(run, 'earlier-2'))
    expect(readFileSync(join(run, 'earlier-1', 'results.json'), 'utf8')).toBe('old')
  })
})
