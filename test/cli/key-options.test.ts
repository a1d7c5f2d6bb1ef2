import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { chosenConfig } from '../../src/cli/options/key-options.js'

const dir = mkdtempSync(join(tmpdir(), 'grait-keys-'))
afterAll(() => rmSync(dir, { recursive: true }))
const file = join(dir, 'mine.yaml')
writeFileSync(file, 'data: { train: atlas, limit: { train: 600 } }\nselection: { known: 200, unknown: null }\n')

describe('the short options of a run', () => {
  it('set the keys that they name', () => {
    const { config } = chosenConfig(file, { data: 'my.jsonl', model: dir, seed: 7, set: [] }).loaded
    expect(config.data.train).toMatch(/^jsonl:.*my\.jsonl$/)
    expect(config.model.source).toBe(`path:${dir}`)
    expect(config.seed).toBe(7)
  })

  it.each([
    ['data', 'mmlu:test', 'mmlu:test'],
    ['data', 'my.CSV', expect.stringMatching(/^csv:.*my\.CSV$/)],
    ['data', 'csv:odd.jsonl', expect.stringMatching(/^csv:.*odd\.jsonl$/)],
    ['model', 'hub:a/b', 'hub:a/b'],
    ['model', 'm.gguf', expect.stringMatching(/^gguf:.*m\.gguf$/)],
  ])('--%s %s is read as what it is', (flag, given, read) => {
    const { data, model } = chosenConfig(file, { [flag]: given, set: [] }).loaded.config
    expect(flag === 'data' ? data.train : model.source).toEqual(read)
  })

  it('--limit keeps the proportion of training questions to source questions', () => {
    const { data, selection } = chosenConfig(file, { limit: 60, set: [] }).loaded.config
    expect(data.limit).toBe(60)
    expect(selection).toMatchObject({ known: 20, unknown: null })
  })

  it('--limit never asks for more training questions', () => {
    expect(chosenConfig(file, { limit: 6000, set: [] }).loaded.config.selection.known).toBe(200)
  })

  it('give way to --set', () => {
    expect(chosenConfig(file, { seed: 7, limit: 60, set: ['seed=3', 'selection.known=9'] }).loaded.config).toMatchObject({
      seed: 3,
      selection: { known: 9 },
    })
  })

  it('name one configuration, as the argument or with --config', () => {
    expect(chosenConfig(undefined, { config: file, set: [] }).loaded.name).toBe('mine')
    expect(() => chosenConfig(file, { config: file, set: [] })).toThrow(/two configurations/)
  })
})
