import { expect, it } from 'vitest'
import type { JudgedSet } from '../../../src/evaluation/judged-set.js'
import { judgedSet, keptSet } from '../../../studies/pieces/kept-answers.js'
import { assembled } from '../../../studies/pieces/kept-rows.js'
import { mayGoOn, piecesOf } from '../../../studies/pieces/pieces.js'

it('what is kept of answers gives their outcomes and confidences back', () => {
  const set: JudgedSet = {
    method: 'grait',
    seed: 2,
    dataset: 'atlas-test',
    answers: [
      { id: '0', outcome: 'correct', confidence: 1.25, refusalScore: -3 },
      { id: '1', outcome: 'unparseable', confidence: -Number.MAX_VALUE, refusalScore: undefined },
      { id: '2', outcome: 'refused', confidence: -0.5, refusalScore: -0.25 },
    ],
  }
  expect(judgedSet(JSON.parse(JSON.stringify(keptSet(set))))).toEqual(set)
})

it('rows without training have what they answered before the threshold, and every row the answers that its threshold was set on', () => {
  const facts = { configuration: '', dtype: 'float32', machine: '', seconds: 0, questions: {} }
  const set = (method: string, dataset: string, outcomes: string) => ({ method, seed: 1, dataset, outcomes, confidences: [1, 2] })
  const sets = [
    set('init-basic', 'a', 'cw'),
    set('init-entropy', 'a', 'cr'),
    set('grait', 'a', 'rr'),
    set('init-entropy', 'a-thresholds', 'wc'),
  ]
  const rows = assembled([{ ...facts, sets }])
  const outcomes = (answers: JudgedSet['validation']) => answers?.map(({ outcome }) => outcome)
  expect(
    rows.map(({ method, answers, ungated, validation }) => [method, outcomes(answers), outcomes(ungated), outcomes(validation)]),
  ).toEqual([
    ['init-basic', ['correct', 'wrong'], undefined, undefined],
    ['init-entropy', ['correct', 'refused'], ['correct', 'wrong'], ['wrong', 'correct']],
    ['grait', ['refused', 'refused'], undefined, undefined],
  ])
})

it('pieces go seed by seed, as long as the session may go on', () => {
  expect(piecesOf({ methods: ['a', 'b'], seeds: [1, 2] }).map(({ method, seed }) => `${method}${seed}`)).toEqual(['a1', 'b1', 'a2', 'b2'])
  expect(mayGoOn({}, { pieces: 100, minutes: 1000 })).toBe(true)
  expect(mayGoOn({ pieces: 2 }, { pieces: 2, minutes: 0 })).toBe(false)
  expect(mayGoOn({ minutes: 30 }, { pieces: 0, minutes: 30.5 })).toBe(false)
})
