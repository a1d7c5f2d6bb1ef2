import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/evaluation/measures/outcome.js'
import { buildResults } from '../../src/evaluation/results.js'
import { instructionNotes, trainingSetNotes } from '../../src/report/result-notes.js'

const LETTER: Record<string, Outcome> = { c: 'correct', w: 'wrong', r: 'refused' }
const set = (method: string, outcomes: string, seed = 1) => ({
  method,
  seed,
  dataset: 'atlas',
  answers: [...outcomes].map((letter, i) => ({ id: `q${i}`, outcome: LETTER[letter] as Outcome })),
})
const initial = set('init-basic', 'cccccwwwww'.repeat(10))
const notesOf = async (refuse: string, ...tuned: ReturnType<typeof set>[]) =>
  instructionNotes(await buildResults([initial, set('init-refuse', refuse.repeat(10)), ...tuned], { resamples: 500 }))

describe('a THS that the instruction explains', () => {
  it('is pointed out where init-refuse has the same, or chance may be the difference', async () => {
    const [same] = await notesOf('cccccrrrww', set('grait', 'cccccrrrww'.repeat(10)))
    expect(same).toBe(
      'atlas: THS is 30.0 for grait and 30.0 for init-refuse, a difference of 0.0 [0.0, 0.0]: it may come from the instruction alone, not from the training',
    )
    const [near] = await notesOf('cccccrrrww', set('grait', `${'cccccrrrww'.repeat(9)}cccccrrrrw`))
    expect(near).toMatch(/THS is 31\.0 for grait and 30\.0 for init-refuse, a difference of \+1\.0 \[0\.0, /)
    const [below] = await notesOf('cccccrrrww', set('craft', 'cccccrwwww'.repeat(10)))
    expect(below).toMatch(/THS is 10\.0 for craft .*a difference of −20\.0/)
  })

  it('is not, where training adds to it, or where the instruction gains nothing', async () => {
    expect(await notesOf('cccccrwwww', set('grait', 'cccccrrrrr'.repeat(10)))).toEqual([])
    expect(await notesOf('cccccwwwww', set('grait', 'cccccrwwww'.repeat(10)))).toEqual([])
  })
})

describe('a training set', () => {
  it('that is too small to learn from is pointed out', () => {
    expect(trainingSetNotes({ answers: 1, refusals: 1 })).toEqual([
      'the training set is 1 answer and 1 refusal: too few to learn from, so the results say little. A few hundred questions of each are needed',
    ])
    expect(trainingSetNotes({ answers: 400, refusals: 19 })).toHaveLength(1)
    expect(trainingSetNotes({ answers: 20, refusals: 20 })).toEqual([])
  })

  it('may be without refusals where the method asks for none', () => {
    expect(trainingSetNotes({ answers: 100, refusals: 0 })).toEqual([])
  })
})
