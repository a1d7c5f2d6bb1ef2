import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pairIds } from '../../src/pipeline/stages/pair-ids.js'
import { decisionInfluence } from '../../src/rait/decision-influence.js'
import { exchangeRateOf } from '../../src/rait/exchange-rate.js'
import type { Candidate, RoundAnswer, SelectionRequest } from '../../src/rait/method.js'
import { methodById } from '../../src/rait/methods/registry.js'
import { known, request, unknown } from './candidates.js'

const PAIRED = ['kwt', 'confqa', 'multisample', 'exchange-rate']
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

describe('exchange-rate-probed', () => {
  it('has the weights of exchange-rate for what the probe expects; the exchange rate stays that of the correctness', () => {
    // Mean correctness 0.4, so r = 2/3: gold 0.7 and 0.2, refusals 0.3 r and 0.8 r.
    const from = [
      { ...known('a', 0.8, 1), estimate: 0.7 },
      { ...unknown('b', 0, 0), estimate: 0.2 },
      { ...known('c', 0.4, 1), estimate: null },
    ]
    const mean = (0.7 + 0.2 + 0.2 + 1.6 / 3) / 4
    expect(weightsOf('exchange-rate-probed', from)).toEqual({
      'a gold': expect.closeTo(0.7 / mean, 12),
      'a refusal': expect.closeTo(0.2 / mean, 12),
      'b gold': expect.closeTo(0.2 / mean, 12),
      'b refusal': expect.closeTo(1.6 / 3 / mean, 12),
    })
  })
})

describe('exchange-rate-influence', () => {
  const rows = { a: [1, 0], b: [0.8, 0.6], c: [0, 1], d: [0.6, 0.8] }
  const features = { ids: Object.keys(rows), rows: Float32Array.from(Object.values(rows).flat()), dim: 2 }
  // Mean correctness 0.5, so r = 1 and refusing is worth 1 - 2 c: -1, -0.6, 1, 0.6.
  const from = [known('a', 1, 1), known('b', 0.8, 1), unknown('c', 0, 0), unknown('d', 0.2, 0)]

  it('is the sum over all others of the products of worths and of centred gradients', () => {
    const worth = [-1, -0.6, 1, 0.6]
    const centred = Object.values(rows).map(([x, y]) => [(x as number) - 0.6, (y as number) - 0.6] as const)
    const found = decisionInfluence(from, features)
    for (const [i, { id }] of from.entries()) {
      let sum = 0
      for (const j of [0, 1, 2, 3]) {
        const [p, q] = [centred[i], centred[j]] as [readonly [number, number], readonly [number, number]]
        if (j !== i) sum += (worth[i] as number) * (worth[j] as number) * (p[0] * q[0] + p[1] * q[1])
      }
      expect(found.get(id), id).toBeCloseTo(sum, 6)
    }
  })

  it('takes those of the largest first, with both targets, and needs their gradients', () => {
    const influence = decisionInfluence(from, features)
    const [best, second] = [...from].sort((a, b) => (influence.get(b.id) as number) - (influence.get(a.id) as number))
    // 'a' has one pair, because a refusal of what is always right has no weight; so has 'c'.
    const pairs = (id: string) => (id === 'a' || id === 'c' ? 1 : 2)
    const budget = pairs(best?.id ?? '') + pairs(second?.id ?? '')
    const { chosen } = select('exchange-rate-influence', from, { known: budget, unknown: 0, features: { refusals: features } })
    expect(new Set(chosen.map(({ id }) => id))).toEqual(new Set([best?.id, second?.id]))
    expect(() => select('exchange-rate-influence', from)).toThrow(/needs gradient features/)
  })
})

it('exchange-rate-iterated trains what pays of the first round: right answers, and the refusal where an answer or a question was wrong', () => {
  const answered = (id: string, correctness: number, firstRound: RoundAnswer[]) => ({ ...known(id, correctness, 1), firstRound })
  const [paris, rome, refused] = [
    { text: 'Paris', outcome: 'correct' },
    { text: 'Rome', outcome: 'wrong' },
    { text: "I don't know.", outcome: 'refused' },
  ] as const
  // Mean correctness (0.75 + 0.25 + 0.5) / 3 = 0.5, so r = 1.
  const from = [answered('a', 0.75, [paris, paris, rome, refused]), answered('b', 0.25, [refused, refused]), { ...known('c', 0.5, 1) }]
  const raw = { 'a Paris': 0.5, 'a refusal': 0.25 + 0.25 * 0.25, 'b refusal': 0.75 }
  const mean = (raw['a Paris'] + raw['a refusal'] + raw['b refusal']) / 3
  const found = weightsOf('exchange-rate-iterated', from)
  expect(Object.keys(found).sort()).toEqual(Object.keys(raw))
  for (const [pair, weight] of Object.entries(raw)) expect(found[pair], pair).toBeCloseTo(weight / mean, 12)
})

it('kwt gives the answer the weight of its correctness, and refuses what was never right', () => {
  const mean = (1 + 0.2 + 1) / 3
  expect(weightsOf('kwt', [known('sure', 1, 1), unknown('seldom', 0.2, 0), unknown('never', 0, 0)])).toEqual({
    'sure gold': 1 / mean,
    'seldom gold': 0.2 / mean,
    'never refusal': 1 / mean,
  })
})

it('confqa trains the greedy answer where it is right, and the refusal where it is not', () => {
  const greedy = (id: string, text: string, right: boolean) => ({ ...known(id, 0.5, 1), greedy: { text, right, logprob: -1, tokens: 2 } })
  const from = [greedy('a', 'Paris', true), greedy('b', 'Rome', false), { ...known('c', 1, 1), greedy: null }]
  expect(weightsOf('confqa', from)).toEqual({ 'a Paris': 1, 'b refusal': 1 })
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
  const many = [...Array(60).keys()].map((i) => ({
    ...unknown(`q${i}`, (i % 11) / 10, 0),
    greedy: { text: `answer ${i}`, right: i % 11 > 5, logprob: -1, tokens: 2 },
    subject: i % 3 === 0 ? 'rare' : 'frequent',
  }))

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
