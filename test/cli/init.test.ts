import { readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.js'
import { configSchema } from '../../src/config/schema.js'
import { loadDataset } from '../../src/data/dataset.js'
import { loadExperimentData } from '../../src/pipeline/context/experiment-data.js'
import { initExperiment } from '../../src/pipeline/init/init.js'
import { folderWith, rejection } from '../data/temporary-folder.js'
import { grait } from './grait-command.js'

describe('grait init', () => {
  it('writes a configuration and questions that an experiment can be read from', async () => {
    const dir = join(folderWith({}), 'mine')
    const written = await initExperiment(dir, 'jsonl')
    expect(written).toEqual([join(dir, 'grait.yaml'), join(dir, 'questions.jsonl')])
    const { config } = loadConfig(written[0] as string)
    const { train, tests } = await loadExperimentData(config)
    expect(train.length + (tests[0]?.questions.length ?? 0)).toBeGreaterThan(3)
  })

  it('writes few sample questions, which are quickly replaced, and names them from the folder of the configuration', async () => {
    const dir = join(folderWith({}), 'mine')
    const [config, questions] = (await initExperiment(dir, 'jsonl')) as [string, string]
    expect(readFileSync(questions, 'utf8').trim().split('\n')).toHaveLength(6)
    expect(readFileSync(config, 'utf8')).toMatch(/^ {2}train: jsonl:questions\.jsonl #/m)
    // The folder may move, and the command may be given from anywhere.
    renameSync(dir, `${dir}-moved`)
    const moved = loadConfig(join(`${dir}-moved`, 'grait.yaml')).config.data.train
    expect((await loadDataset({ name: moved })).questions).toHaveLength(6)
  })

  it('comments every line that is not plain, and shows defaults as they are', async () => {
    const dir = folderWith({})
    const [path] = (await initExperiment(dir, 'jsonl')) as [string]
    expect(readFileSync(path, 'utf8').match(/#/g)?.length).toBeGreaterThan(15)
    const { config } = loadConfig(path)
    const { rehearsal, knowledge, ...asDefault } = configSchema.parse({ data: { train: config.data.train } })
    expect(config).toEqual({ ...asDefault, rehearsal: { ...rehearsal, count: 32 }, knowledge: { ...knowledge, shots: 0 } })
  })

  it('gives the same questions as CSV', async () => {
    const dir = folderWith({})
    const [, jsonl] = (await initExperiment(join(dir, 'a'), 'jsonl')) as [string, string]
    const [, csv] = (await initExperiment(join(dir, 'b'), 'csv')) as [string, string]
    expect((await loadDataset({ name: `csv:${csv}` })).digest).toBe((await loadDataset({ name: `jsonl:${jsonl}` })).digest)
  })

  it('overwrites nothing: if one of its files is there, none is written', async () => {
    const dir = folderWith({ 'questions.jsonl': 'mine' })
    const failure = await rejection(initExperiment(dir, 'jsonl'))
    expect(failure).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('questions.jsonl: is there already; nothing was written'),
    })
    expect(readFileSync(join(dir, 'questions.jsonl'), 'utf8')).toBe('mine')
    expect(await initExperiment(dir, 'csv')).toHaveLength(2)
  })

  it('writes into the home folder for ~, not into a folder called ~', { timeout: 30_000 }, async () => {
    const [dir, home] = [folderWith({}), folderWith({})]
    const { stdout } = await grait(['init', '~/mine'], dir, { HOME: home })
    expect(stdout.split('\n')[0]).toBe(join(home, 'mine', 'grait.yaml'))
    expect(readdirSync(dir)).toEqual([])
  })

  it.runIf(process.platform === 'linux')('ends where no folder can be made', async () => {
    expect(await rejection(initExperiment('/proc/x/mine', 'jsonl'))).toMatchObject({
      code: 'usage',
      message: "/proc/x/mine: can't be made a folder: no such file or directory",
    })
  })

  it('refuses an empty path, which would be the current folder', { timeout: 30_000 }, async () => {
    const dir = folderWith({})
    expect(await grait(['init', ''], dir)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('dir: the path is empty') })
    expect(readdirSync(dir)).toEqual([])
  })

  it.each(['', 'tuning', 'tuning/mine', 'methods/grait/seed-1'])(
    'refuses the folder of a run, and the parts in it: run/%s',
    async (part) => {
      const run = folderWith({ 'run.json': JSON.stringify({ name: 'x', configuration: 'y', stages: [] }) })
      expect(await rejection(initExperiment(join(run, part), 'jsonl'))).toMatchObject({ code: 'usage', hint: 'Name another folder.' })
      expect(readdirSync(run)).toEqual(['run.json'])
      expect(await initExperiment(join(run, 'mine'), 'jsonl')).toHaveLength(2)
    },
  )

  it('is a command', { timeout: 30_000 }, async () => {
    const dir = folderWith({})
    expect(await grait(['init'], dir)).toMatchObject({ exitCode: 0, stdout: 'grait.yaml\nquestions.jsonl' })
    expect(await grait(['init'], dir)).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('nothing was written') })
  })
})
