import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadConfig, resolveConfig } from '../../src/config/load.js'
import { GraitError } from '../../src/errors.js'

const dir = mkdtempSync(join(tmpdir(), 'grait-config-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const file = join(dir, 'mine.yaml')

function load(yaml: string, settings: string[] = []) {
  writeFileSync(file, yaml)
  return loadConfig(file, settings)
}

function failure(yaml: string, settings: string[] = []): GraitError {
  try {
    load(yaml, settings)
  } catch (error) {
    if (error instanceof GraitError) return error
  }
  throw new Error('was accepted')
}

describe('a configuration', () => {
  it('needs only data.train; all other keys have defaults', () => {
    const { config, name } = load('data: { train: atlas }\n')
    expect(name).toBe('mine')
    expect(config).toEqual(resolveConfig({ data: { train: 'atlas' } }))
    expect(config.knowledge.threshold).toBe(0.5)
    expect(config.weighting).toEqual({ kind: 'purpose', temperature: 0.05, mean: 0.5 })
  })

  it('is changed by --set, whose value may be a number, a list or a name with a colon', () => {
    const { config } = load('data: { train: atlas }\n', [
      'tuning.train.epochs=2',
      'data.train=jsonl:my.jsonl',
      'tuning.lora.targets=[q_proj, v_proj]',
      'knowledge.answers=null',
    ])
    expect(config.tuning.train.epochs).toBe(2)
    expect(config.data.train).toBe('jsonl:my.jsonl')
    expect(config.tuning.lora.targets).toEqual(['q_proj', 'v_proj'])
  })

  it('has its relative paths taken from its own folder, those of --set from the current one', () => {
    const yaml = `model: { source: "path:m", adapter: "path:a" }
data: { train: "jsonl:q.jsonl", tests: ["csv:../t.csv", atlas, "jsonl:/whole/t.jsonl"], dir: data }
knowledge: { answers: a.jsonl }
runtime: { python: .venv/bin/python }
cache: { dir: stages }
`
    const { model, data, knowledge, runtime, cache } = load(yaml).config
    expect([model.source, model.adapter]).toEqual([`path:${join(dir, 'm')}`, `path:${join(dir, 'a')}`])
    expect(data).toMatchObject({
      train: `jsonl:${join(dir, 'q.jsonl')}`,
      tests: [`csv:${join(dir, '../t.csv')}`, 'atlas', 'jsonl:/whole/t.jsonl'],
      dir: join(dir, 'data'),
    })
    expect([knowledge.answers, runtime.python, cache.dir]).toEqual([
      join(dir, 'a.jsonl'),
      join(dir, '.venv/bin/python'),
      join(dir, 'stages'),
    ])
    expect(load(yaml, ['data.train=jsonl:mine.jsonl', 'data.dir=d']).config.data).toMatchObject({ train: 'jsonl:mine.jsonl', dir: 'd' })
  })

  it('has values that are no paths left alone', () => {
    const { model, data, runtime } = load(
      'model: { source: "hub:o/n" }\ndata: { train: "mmlu:test", dir: "hub:o/n" }\nruntime: { python: python3 }\n',
    ).config
    expect([model.source, data.train, data.dir, runtime.python]).toEqual(['hub:o/n', 'mmlu:test', 'hub:o/n', 'python3'])
    expect(load('data: { train: atlas, dir: hub }\n').config.data.dir).toBe('hub')
  })

  it('may write the home folder as ~, in the file and in --set', () => {
    const { data, cache } = load('data: { train: "jsonl:~/q.jsonl" }\n', ['cache.dir=~/stages']).config
    expect([data.train, cache.dir]).toEqual([`jsonl:${join(homedir(), 'q.jsonl')}`, join(homedir(), 'stages')])
    expect(failure('data: { train: atlas, dir: ~someone/data }\n').message).toContain('data.dir')
  })

  it('names the line of an unknown key, and the key that was probably meant', () => {
    const error = failure('data:\n  train: atlas\ntuning:\n  train:\n    epochz: 1\n')
    expect(error.code).toBe('config_invalid')
    expect(error.message).toBe(`${file}:5, tuning.train.epochz: there is no such key`)
    expect(error.hint).toBe('Did you mean tuning.train.epochs?')
  })

  it('names the line of a value out of range', () => {
    const error = failure('data: { train: atlas }\nknowledge:\n  samples: 3\n  threshold: 3\n')
    expect(error.message).toContain(`${file}:4, knowledge.threshold`)
    expect(error.message).toContain('must be at most 1, not 3')
  })

  it('names the setting where --set is at fault', () => {
    expect(failure('data: { train: atlas }\n', ['knowledge.threshold=2']).message).toContain('--set knowledge.threshold')
    expect(failure('data: { train: atlas }\n', ['knowlege.threshold=1']).hint).toBe('Did you mean knowledge?')
    expect(failure('data: { train: atlas }\n', ['tuning.train.epocs=1']).message).toContain(
      '--set tuning.train.epocs: there is no such key',
    )
    expect(failure('data: { train: atlas }\n', ['epochs']).message).toContain('path=value')
  })

  it('says that the one key without a default is missing', () => {
    expect(failure('data: { dir: x }\n').message).toContain('data.train: is missing')
  })

  it('refuses a split that leaves nothing to train on', () => {
    expect(failure('data: { train: atlas, split: { validation: 0.5, test: 0.5 } }\n').message).toContain('must leave something to train on')
  })

  it('says where YAML is broken, and which file is missing', () => {
    expect(failure('data: {train: atlas\nmodel: x\n').message).toContain(`${file}:`)
    expect(() => loadConfig(join(dir, 'none.yaml'))).toThrow(/none\.yaml: can't be read/)
  })
})
