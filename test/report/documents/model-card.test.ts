import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { modelCard } from '../../../src/report/documents/model-card.js'
import { sampleReport } from '../sample-report.js'

const { results } = await sampleReport({ questions: 40, methods: ['grait'], seeds: [1] })
const data = {
  method: 'grait',
  seed: 1,
  base: { source: 'hub:org/name@main', id: 'org/name', licence: 'mit' },
  trainedOn: 'jsonl:my|own.jsonl',
  known: 8,
  unknown: 1,
  refusal: "I don't know.",
  instruction: 'Answer.\n```\nIf you do not know, say so.',
  settings: [['rank', 8]] as [string, number][],
  results: results.rows,
  templateDate: null,
}

describe('a model card', () => {
  it('begins with front matter that the hub reads: base model, licence, library, tags', () => {
    const front = (text: string) => parse(/^---\n(.*?)\n---\n/s.exec(text)?.[1] ?? '') as Record<string, unknown>
    expect(front(modelCard('adapter', data))).toEqual({
      base_model: 'org/name',
      library_name: 'peft',
      license: 'mit',
      pipeline_tag: 'text-generation',
      tags: ['refusal-aware-instruction-tuning', 'grait', 'lora'],
    })
    const unknown = front(modelCard('merged', { ...data, base: { source: 'path:models/x' } }))
    expect(unknown).not.toHaveProperty('license')
    expect(unknown).not.toHaveProperty('base_model')
    expect(unknown['library_name']).toBe('transformers')
  })

  it('has the results of this run, and every table has as many cells in each row as in its head', () => {
    const card = modelCard('adapter', data)
    const row = results.rows.find(({ method }) => method === 'grait')
    expect(card).toContain(`| sample-test | grait | 40 | ${row?.pc.toFixed(1)} |`)
    expect(card).toContain('1 question |')
    const cells = (line: string) => line.replaceAll('\\|', '').split('|').length
    for (const table of card.split('\n\n').filter((block) => block.startsWith('|'))) {
      const lines = table.split('\n')
      for (const line of lines) expect(cells(line), line).toBe(cells(lines[0] as string))
    }
  })

  it('has the threshold that the run set, and what it gives on each test; nothing where none pays', () => {
    const at = (threshold: number | null) => {
      const atThreshold = { threshold, pc: 30, pw: 5, pr: 65, ths: 26.5, interval: null }
      return modelCard('adapter', { ...data, results: results.rows.map((row) => ({ ...row, atThreshold })) })
    }
    expect(at(-1.25)).toContain('not above -1.2500 are better refused')
    expect(at(-1.25)).toContain('| sample-test | 30.0 | 5.0 | 65.0 | 26.5 |')
    expect(at(null)).not.toContain('## Threshold')
    expect(modelCard('adapter', { ...data, results: [] })).not.toContain('## Threshold')
  })

  it('says which adapter the base model began with, and that this one fits only both', () => {
    const begun = { ...data, base: { ...data.base, adapter: 'hub:org/first' } }
    expect(modelCard('merged', begun)).toContain('| with this adapter merged in first | hub:org/first |')
    expect(modelCard('adapter', begun)).toContain('not the base model alone')
    expect(modelCard('adapter', data)).not.toContain('not the base model alone')
  })

  it('says which date the prompts had, where the chat template asks for today', () => {
    expect(modelCard('merged', data)).not.toContain('Date in the prompt')
    const dated = modelCard('merged', { ...data, templateDate: '2024-07-26' })
    expect(dated).toContain('the date was always 2024-07-26. Elsewhere it is the\nday on which the model is asked')
  })

  it('says so where nothing was evaluated', () => {
    expect(modelCard('adapter', { ...data, results: [] })).toContain('Not evaluated.')
  })
})
