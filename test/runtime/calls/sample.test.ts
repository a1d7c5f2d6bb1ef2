import { describe, expect, it } from 'vitest'
import { type Sample, wirePrompts, wireSamples } from '../../../src/runtime/calls/sample.js'

const messages = [{ role: 'user' as const, content: 'hi' }]

describe('a sample', () => {
  it('weighs 1 where no weight is given', () => {
    expect(wireSamples([{ id: 'a', messages, target: 't' }])).toEqual([{ id: 'a', messages, prompt: null, target: 't', weight: 1 }])
    expect(wireSamples([{ id: 'a', prompt: 'p', target: 't', weight: 0 }])[0]).toMatchObject({ prompt: 'p', messages: null, weight: 0 })
  })

  it.each([
    ['neither messages nor prompt', {}],
    ['both messages and prompt', { messages, prompt: 'p' }],
  ])('is refused with %s, naming its position and id', (problem, fields) => {
    expect(() =>
      wireSamples([{ id: 'a', prompt: '', target: '' }, { id: 'q7', target: 't', ...fields } as unknown as Sample]),
    ).toThrowError(expect.objectContaining({ code: 'invalid_request', message: `samples[1] (id "q7") has ${problem}` }))
  })

  it('is refused with the id of an earlier one, naming both positions', () => {
    const prompts = ['a', 'b', 'a'].map((id) => ({ id, prompt: 'p' }))
    expect(() => wirePrompts(prompts)).toThrowError(
      expect.objectContaining({ code: 'invalid_request', message: 'items[2] has the id "a" of items[0]' }),
    )
  })
})
