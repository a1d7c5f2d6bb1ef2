import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pairIds } from '../../src/pipeline/stages/pair-ids.js'
import type { Candidate, SelectionRequest } from '../../src/rait/method.js'
import { exchangeRateOf } from '../../src/rait/methods/exchange-rate.js'
import { methodById } from '../../src/rait/methods/registry.js'
import { known, request, unknown } from './candidates.js'

const PAIRED = ['kwt', 'multisample', 'exchange-rate']
const select = (id: string, from: readonly Candidate[], asked: Partial<SelectionRequest> = {}) =>
  methodById(id).select(from, { ...request, known: 50, unknown: 50, ...asked })
/** Weight of each pair, by question and target. */
const weightsOf = (id: string, from: readonly Candidate[], asked: Partial<SelectionRequest> = {}) =>
  Object.fromEntries(
    select(id, from, asked).chosen.map(({ id: question, target, weight }) => [
      `${question} ${typeof target === 'string' ? target : target.text}`,
      weight,
    ]),
  )

describe('exchange-rate', () => {
  // Mean correctness (1 + 0.5 + 0 + 0.1) / 4 = 0.4, so a wrong answer costs 0.4 / 0.6 = 2/3 right ones.
  const from = [known('sure', 1, 1), known('half', 0.5, 1), unknown('never', 0, 0), unknown('seldom', 0.1, 0)]

  it('trains every question with its answer and the refusal, at weights c and (1 - c) r, scaled to a mean of 1', () => {
    const raw = {
      'sure gold': 1,
      'half gold': 0.5,
      'half refusal': 1 / 3,
      'never refusal': 2 / 3,
      'seldom gold': 0.1,
      'seldom refusal': 0.6,
    }
    const mean = Object.values(raw).reduce((sum, weight) => sum + weight, 0) / 6
    const found = weightsOf('exchange-rate', from)
    expect(Object.keys(found).sort()).toEqual(Object.keys(raw).sort())
    for (const [pair, weight] of Object.entries(raw)) expect(found[pair], pair).toBeCloseTo(weight / mean, 12)
  })

  it('refuses at the minimum of its loss exactly where THS gains by a refusal: below the mean correctness', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 0.99, noNaN: true }), { minLength: 2, maxLength: 20 }), (drawn) => {
        const questions = drawn.map((correctness, index) => ({ ...known(`q${index}`, correctness, 1) }))
        const mean = drawn.reduce((sum, c) => sum + c, 0) / drawn.length
        const found = weightsOf('exchange-rate', questions)
        for (const [index, c] of drawn.entries()) {
          if (Math.abs(c - mean) < 1e-9) continue
          const [answer, refusal] = [found[`q${index} gold`] as number, found[`q${index} refusal`] as number]
          expect(refusal / (refusal + answer) > 0.5).toBe(c < mean)
        }
      }),
    )
  })

  it('needs questions of both kinds', () => {
    expect(exchangeRateOf([{ correctness: 0.25 }, { correctness: 0.25 }])).toBeCloseTo(1 / 3, 12)
    expect(() => select('exchange-rate', [known('k', 1, 1)])).toThrow(/there is no unknown question/)
    expect(() => select('exchange-rate', [unknown('u', 0, 0)])).toThrow(/there is no known question/)
  })
})

it('kwt gives the answer the weight of its correctness, and refuses what was never right', () => {
  const mean = (1 + 0.2 + 1) / 3
  expect(weightsOf('kwt', [known('sure', 1, 1), unknown('seldom', 0.2, 0), unknown('never', 0, 0)])).toEqual({
    'sure gold': 1 / mean,
    'seldom gold': 0.2 / mean,
    'never refusal': 1 / mean,
  })
})

describe('multisample', () => {
  const sampled = (...texts: [text: string, right: boolean][]) => ({
    ...unknown('q', texts.filter(([, right]) => right).length / texts.length, 0),
    samples: texts.map(([text, right]) => ({ text, right })),
  })

  it('trains each right sample with its own text and each wrong one with the refusal, equal ones together', () => {
    const mean = 1 / 3
    expect(weightsOf('multisample', [sampled(['Paris', true], ['Lyon', false], ['Paris', true], ['paris', true])])).toEqual({
      'q Paris': 0.5 / mean,
      'q paris': 0.25 / mean,
      'q refusal': 0.25 / mean,
    })
  })

  it('takes the probability of the right option where nothing is sampled', () => {
    expect(weightsOf('multisample', [unknown('m', 0.25, 0)])).toEqual({ 'm gold': 0.5, 'm refusal': 1.5 })
  })
})

describe.each(PAIRED)('%s', (id) => {
  const many = [...Array(60).keys()].map((i) => ({ ...unknown(`q${i}`, (i % 11) / 10, 0), subject: i % 3 === 0 ? 'rare' : 'frequent' }))

  it('fills the budget of pairs to within one, at a mean weight of 1', () => {
    const { chosen } = select(id, many, { known: 15, unknown: 16 })
    expect(chosen.length).toBeGreaterThanOrEqual(30)
    expect(chosen.length).toBeLessThanOrEqual(31)
    expect(chosen.reduce((sum, { weight }) => sum + weight, 0) / chosen.length).toBeCloseTo(1, 12)
  })

  it('changes with the seed and not with the order of the input', () => {
    const asked = { known: 10, unknown: 10 }
    expect(select(id, many, asked)).toEqual(select(id, [...many].reverse(), asked))
    expect(select(id, many, asked)).not.toEqual(select(id, many, { ...asked, seed: 2 }))
  })

  it('keeps the share of each subject where that is asked for', () => {
    const { chosen } = select(id, many, { known: 12, unknown: 12, bySubject: true })
    const rare = chosen.filter((choice) => Number(choice.id.slice(1)) % 3 === 0).length
    expect(rare).toBeGreaterThanOrEqual(7)
    expect(rare).toBeLessThanOrEqual(8)
  })

  it('says where there are fewer pairs than were asked for; strictly it stops', () => {
    expect(select(id, many, { known: 500 }).notes).toEqual([
      expect.stringMatching(/^there are fewer training pairs than were asked for, \d+ of 550/),
    ])
    expect(() => select(id, many, { known: 500, strictCounts: true })).toThrow(expect.objectContaining({ code: 'too_few_questions' }))
  })
})

it('the pairs of one question have ids of their own, which no other question has', () => {
  expect(pairIds(['a', 'b', 'a', 'a#2', 'a'])).toEqual(['a', 'b', 'a#3', 'a#2', 'a#4'])
})
