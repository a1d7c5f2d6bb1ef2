import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { absoluteSource, adapterPath } from '../../../src/runtime/calls/paths.js'

describe('a path for the runtime', () => {
  it('is absolute, since the runtime has another working folder', () => {
    expect(absoluteSource('path:models/a')).toBe(`path:${resolve('models/a')}`)
    expect(absoluteSource('gguf:a.gguf')).toBe(`gguf:${resolve('a.gguf')}`)
    expect(adapterPath({ path: 'adapter' })).toBe(resolve('adapter'))
  })

  it.each(['embedded:smollm2-135m-instruct', 'hub:org/name@main'])('is left alone where %s is none', (source) => {
    expect(absoluteSource(source)).toBe(source)
  })
})
