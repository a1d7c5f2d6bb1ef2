import { describe, expect, it } from 'vitest'
import { refuseNothingToLearn, type Sample, wirePrompts, wireSamples } from '../../../src/runtime/calls/sample.js'

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

describe('samples and prompts that nothing can be computed from', () => {
  const sample = (weight: number) => ({ id: 'a', prompt: 'x', target: 'y', weight })
  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('are refused with the weight %s', (weight) => {
    expect(() => wireSamples([sample(weight)])).toThrow(
      expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining(String(weight)) }),
    )
  })

  it('are refused by a training where every weight is 0, and taken where one is not', () => {
    expect(() => refuseNothingToLearn([sample(0)])).toThrow(/every sample has weight 0/)
    expect(() => refuseNothingToLearn([sample(0), sample(1)])).not.toThrow()
  })

  it('are refused without an id, and where the assistant speaks last', () => {
    expect(() => wirePrompts([{ prompt: 'x' } as never])).toThrow(/items\[0\] has no id/)
    const messages = [{ role: 'assistant' as const, content: 'Paris' }]
    expect(() => wirePrompts([{ id: 'a', messages }])).toThrow(/the last message is the assistant's/)
  })
})
