import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as api from '../../src/index.js'
import { buildResults } from '../../src/index.js'

describe('docs/measures.md', () => {
  const text = readFileSync(new URL('../../docs/measures.md', import.meta.url), 'utf8')

  it('names functions that the package exports', () => {
    const named = [...text.matchAll(/\(`(\w+)`(?:, `(\w+)`)*\)/g)].flatMap(([match]) =>
      [...match.matchAll(/`(\w+)`/g)].map(([, name]) => name as string),
    )
    expect(named.length).toBeGreaterThan(8)
    for (const name of named) expect(api, name).toHaveProperty(name)
  })

  it('tells of every measure of a row', async () => {
    const answers = [{ id: 'a', outcome: 'correct' as const, subject: 's', confidence: 1 }]
    const { rows } = await buildResults([{ method: 'init-basic', seed: 0, dataset: 'd', answers }], { resamples: 100 })
    const { method, seed, dataset, n, interval, refusal, ...measures } = rows[0] as (typeof rows)[number]
    for (const key of [...Object.keys(measures), ...Object.keys(refusal ?? {})]) expect(text, key).toMatch(new RegExp(`\\b${key}\\b`))
  })
})
