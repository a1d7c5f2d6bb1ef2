import { describe, expect, it } from 'vitest'
import { cancelledBy, GraitError } from '../src/errors.js'

describe('GraitError', () => {
  it('knows its own, and those of another copy of the package, and nothing else', () => {
    expect(GraitError.isInstance(new GraitError('usage', 'x'))).toBe(true)
    const foreign = Object.defineProperty(new Error('x'), Symbol.for('grait.GraitError'), { value: true })
    expect(GraitError.isInstance(foreign)).toBe(true)
    for (const other of [new Error('x'), null, undefined, 'x', {}]) expect(GraitError.isInstance(other)).toBe(false)
  })

  it('of an abort is `cancelled`, with the reason as cause', () => {
    const controller = new AbortController()
    controller.abort('enough')
    expect(cancelledBy(controller.signal)).toMatchObject({ code: 'cancelled', cause: 'enough' })
  })
})
