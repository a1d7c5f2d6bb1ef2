import { describe, expect, it } from 'vitest'
import { failureNotes, selectionNotes } from '../../src/report/method-notes.js'

const of = (message: string, ...from: [method: string, ...seeds: number[]][]) =>
  from.flatMap(([method, ...seeds]) => seeds.map((seed) => ({ method, seed, message })))

describe('what methods have to tell', () => {
  it('stands once, with the methods it is told of, and with seeds only where others differ', () => {
    const few = of('D_ik has fewer', ['craft', 1, 2, 3], ['grait', 1, 2, 3], ['cor-rait', 2], ['van-tuning', 1, 3])
    expect(selectionNotes([...few, ...of('2 rose', ['craft', 1, 2, 3])], [1, 2, 3])).toEqual([
      'craft, grait; cor-rait (seed 2); van-tuning (seeds 1, 3): D_ik has fewer',
      'craft: 2 rose',
    ])
  })

  it('names a failure with every seed, even where it met all', () => {
    expect(failureNotes(of('D_idk is empty', ['craft', 1, 2], ['grait', 1, 2]))).toEqual([
      'FAILED: craft, grait (seeds 1, 2): D_idk is empty',
    ])
  })

  it('keeps failures apart that ask for different remedies', () => {
    const [first, second] = of('D_ik is empty', ['craft', 1], ['grait', 1]) as [{ method: string; seed: number; message: string }, never]
    expect(failureNotes([{ ...first, hint: 'Lower it.' }, second])).toEqual([
      'FAILED: craft (seed 1): D_ik is empty. Lower it.',
      'FAILED: grait (seed 1): D_ik is empty',
    ])
  })
})
