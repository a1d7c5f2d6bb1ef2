import { describe, expect, it } from 'vitest'
import { loadConfig, resolveConfig } from '../../../src/config/load.js'
import { chooseConfig, QUICKSTART } from '../../../src/pipeline/experiment/quick-start.js'
import { folderWith } from '../../data/temporary-folder.js'

const choose = (...settings: string[]) => chooseConfig(undefined, settings)

describe('a run without a configuration', () => {
  it('is the quick start, whatever is set beside the data', () => {
    expect(choose()).toEqual({ loaded: loadConfig(QUICKSTART), notes: [] })
    const { loaded, notes } = choose('data.train=atlas', 'tuning.train.epochs=2', 'model.source=path:m', 'data.limit.test=50')
    expect(loaded.config).toEqual({
      ...loadConfig(QUICKSTART).config,
      model: { ...loadConfig(QUICKSTART).config.model, source: 'path:m' },
      tuning: resolveConfig({ data: { train: 'atlas' }, tuning: { train: { epochs: 2, batchSize: 4 } } }).tuning,
      data: { ...loadConfig(QUICKSTART).config.data, limit: { train: 600, validation: 200, test: 50 } },
    })
    expect(notes).toEqual([])
  })

  it.each<[string, string[], object, string]>([
    ['your own questions', ['data.train=jsonl:data/my.jsonl'], { data: { train: 'jsonl:data/my.jsonl' } }, 'my'],
    ['a section of them', ['data={train: "csv:my.csv"}'], { data: { train: 'csv:my.csv' } }, 'my'],
    [
      'published data sets',
      ['data.train=triviaqa:train', 'data.tests=[triviaqa:dev, nq:dev]', 'data.dir=DIR', 'data.limit.test=5'],
      { data: { train: 'triviaqa:train', tests: ['triviaqa:dev', 'nq:dev'], dir: 'DIR', limit: { test: 5 } } },
      'triviaqa-train',
    ],
    ['a test set alone', ['data.tests=[jsonl:t.jsonl]'], { data: { train: 'atlas', tests: ['jsonl:t.jsonl'] } }, 'atlas'],
  ])('starts from the default of every key for %s', (_, settings, input, name) => {
    const { loaded } = choose(...settings, 'knowledge.samples=3')
    expect(loaded.config).toEqual(resolveConfig({ ...input, knowledge: { samples: 3 } } as Parameters<typeof resolveConfig>[0]))
    expect(loaded.name).toBe(name)
  })

  it('says which defaults it takes in the place of the quick start, and none that is set', () => {
    const [note] = choose('data.train=jsonl:my.jsonl', 'selection.known=7', 'data.limit=40').notes
    expect(note).toMatch(/^jsonl:my\.jsonl is not what the quick start was made for/)
    for (const key of ['data.subjects=null', 'knowledge.shots=null', 'selection.unknown=null', 'selection.bySubject=false']) {
      expect(note).toContain(`${key}, `)
    }
    expect(note).not.toMatch(/selection\.known|data\.limit|threshold|model\./)
  })

  it('takes other data in the same way where the quick start is named as a file', () => {
    expect(chooseConfig(QUICKSTART, ['data.train=nq'])).toEqual(choose('data.train=nq'))
  })

  it('names the setting that is wrong', () => {
    expect(() => choose('data.train=nq', 'selection.known=-1')).toThrow(/--set selection\.known: must be at least 1, not -1/)
    expect(() => choose('data={tests: [nq]}')).toThrow(/data\.train: is missing/)
  })

  it('leaves a configuration of your own as it is written', () => {
    const file = `${folderWith({ 'mine.yaml': 'data: { train: atlas, subjects: [capital] }\n' })}/mine.yaml`
    const { loaded, notes } = chooseConfig(file, ['data.train=nq'])
    expect(loaded.config.data).toMatchObject({ train: 'nq', subjects: ['capital'] })
    expect(notes).toEqual([])
  })
})
