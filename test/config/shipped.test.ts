import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.js'
import { methodById } from '../../src/rait/methods/registry.js'

const folder = fileURLToPath(new URL('../../configs', import.meta.url))

describe('the configurations that come along', () => {
  it.each(readdirSync(folder))('%s is valid and names a method that there is', (name) => {
    const { config } = loadConfig(`${folder}/${name}`)
    expect(methodById(config.selection.method).id).toBe(config.selection.method)
  })
})
