import { describe, expect, it } from 'vitest'
import { failureNotes, selectionNotes } from '../../src/report/method-notes.js'

const of = (message: string, ...from: [method: string, ...seeds: number[]][]) =>
  from.flatMap(([method, ...seeds]) => seeds.map((seed) => ({ method, seed, message })))

describe('what methods have to tell', () => {
  it('stands once, with the methods it is told of, and with seeds only where others differ', () => {
    const few = of('there are fewer known questions', ['craft', 1, 2, 3], ['grait', 1, 2, 3], ['cor-rait', 2], ['van-tuning', 1, 3])
    expect(selectionNotes([...few, ...of('2 rose', ['craft', 1, 2, 3])], [1, 2, 3])).toEqual([
      'craft, grait; cor-rait (seed 2); van-tuning (seeds 1, 3): there are fewer known questions',
      'craft: 2 rose',
    ])
  })

  it('names a failure with every seed, even where it met all', () => {
    expect(failureNotes(of('there is no unknown question', ['craft', 1, 2], ['grait', 1, 2]))).toEqual([
      'FAILED: craft, grait (seeds 1, 2): there is no unknown question',
    ])
  })

  it('keeps failures apart that ask for different remedies', () => {
    const [first, second] = of('there is no known question', ['craft', 1], ['grait', 1]) as [
      { method: string; seed: number; message: string },
      never,
    ]
    expect(failureNotes([{ ...first, hint: 'Lower it.' }, second])).toEqual([
      'FAILED: craft (seed 1): there is no known question. Lower it.',
      'FAILED: grait (seed 1): there is no known question',
    ])
  })
})
