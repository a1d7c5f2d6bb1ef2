import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { configKeys, configurationDoc } from './configuration-doc.js'

const path = new URL('../../docs/reference/configuration.md', import.meta.url)

describe('docs/reference/configuration.md', () => {
  it('is what the schema says (npm run docs writes it anew)', () => {
    expect(readFileSync(path, 'utf8')).toBe(configurationDoc())
  })

  it('says of every key what it means', () => {
    expect(configKeys().filter(({ meaning }) => meaning === '')).toEqual([])
  })

  it('has each key once, leaves and no sections', () => {
    const keys = configKeys().map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys).toContain('tuning.train.learningRate')
    expect(keys).not.toContain('tuning.train')
  })
})
