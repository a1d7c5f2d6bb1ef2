import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Candidate, Selection } from '../../src/rait/method.js'
import { methodById, methods } from '../../src/rait/methods/registry.js'
import { known, request, unknown } from './candidates.js'

const candidates: Candidate[] = [
  known('k1', 0.9, 0.1),
  known('k2', 0.6, 0.9),
  known('k3', 0.8, 0.8),
  { ...unknown('u1', 0.0, 0.5, [0.9, 0.9]), rehearsedCorrectness: 0.1 },
  { ...unknown('u2', 0.4, 0.1, [0.8, 0.7]), rehearsedCorrectness: 0.4 },
  { ...unknown('u3', 0.2, 0.3, [0.1, 0.0]), rehearsedCorrectness: 0.0 },
]
const ids = ({ chosen }: Selection, target: 'gold' | 'refusal') => chosen.filter((choice) => choice.target === target).map(({ id }) => id)
const select = (id: string, from = candidates, change = {}) => methodById(id).select(from, { ...request, ...change })

/** Methods that choose pairs, not questions of two groups: pairs.test.ts. */
const PAIRED = [
  'kwt',
  'confqa',
  'multisample',
  'exchange-rate',
  'exchange-rate-probed',
  'exchange-rate-influence',
  'exchange-rate-iterated',
]

describe('a method', () => {
  it('grait takes the most correct known and the most influential unknown questions, weighted', () => {
    const found = select('grait')
    expect(ids(found, 'gold')).toEqual(['k1', 'k3'])
    expect(ids(found, 'refusal')).toEqual(['u1', 'u2'])
    // I_ref - I_over: 0 and 0.1; at T 0.05 logits 0 and 2: shares 1 and e^2 of 1 + e^2; times n * mean = 2 * 0.5
    const weights = found.chosen.map(({ weight }) => weight)
    expect(weights).toEqual([1, 1, expect.closeTo(1 / (1 + Math.exp(2)), 12), expect.closeTo(Math.exp(2) / (1 + Math.exp(2)), 12)])
    expect(found.notes).toEqual([])
  })

  it('corcer-rait takes the surest known and the least sure unknown questions', () => {
    const found = select('corcer-rait')
    expect(ids(found, 'gold')).toEqual(['k2', 'k3'])
    expect(ids(found, 'refusal')).toEqual(['u2', 'u3'])
    expect(found.chosen.every(({ weight }) => weight === 1)).toBe(true)
  })

  it('craft drops the unknown questions whose correctness rose in the rehearsed model', () => {
    for (const id of ['craft', 'craft-no-certainty']) {
      const found = select(id)
      expect(ids(found, 'refusal').sort()).toEqual(['u2', 'u3'])
      expect(found.notes).toEqual(['1 of 3 unknown questions rose in the rehearsed model and are left out'])
    }
  })

  it('craft stops where every unknown question rose, and where the flow is missing', () => {
    const risen = candidates.map((candidate) => ({ ...candidate, rehearsedCorrectness: 1 }))
    expect(() => select('craft', risen)).toThrow(expect.objectContaining({ code: 'empty_group' }))
    expect(() => select('craft', [known('k', 1, 1), unknown('u', 0, 0)])).toThrow(
      /question u: its correctness at the rehearsed model is missing/,
    )
  })

  it('grait-correctness takes the least correct unknown questions', () => {
    expect(ids(select('grait-correctness'), 'refusal')).toEqual(['u1', 'u3'])
  })

  it('grait-uniform weighs all refusals 1, grait-published turns the sign', () => {
    expect(select('grait-uniform').chosen.map(({ weight }) => weight)).toEqual([1, 1, 1, 1])
    const published = select('grait-published')
      .chosen.slice(2)
      .map(({ weight }) => weight)
    const purpose = select('grait')
      .chosen.slice(2)
      .map(({ weight }) => weight)
    expect(published).toEqual([...purpose].reverse().map((weight) => expect.closeTo(weight, 12)))
  })

  it('grait-contrast gives every subject its share, and takes of each the refusals of largest contrast', () => {
    const of = (subject: string, candidate: Candidate): Candidate => ({ ...candidate, subject })
    // Contrast (I_ref - I_over): codes 0.5, 0.4, 0.3, 0.2; capitals 0.05, 0.01. Of 6 refusals codes are two thirds.
    const codes = [0.9, 0.8, 0.7, 0.6].map((influence, i) => of('code', unknown(`code${i}`, 0, 0, [influence, 0.4])))
    const capitals = [0.45, 0.41].map((influence, i) => of('capital', unknown(`capital${i}`, 0, 0, [influence, 0.4])))
    const sure = [of('capital', known('paris', 1, 1)), of('capital', known('rome', 0.9, 1)), of('language', known('french', 0.6, 1))]
    const found = select('grait-contrast', [...capitals, ...codes, ...sure], { known: 3, unknown: 3 })
    expect(ids(found, 'refusal')).toEqual(['code0', 'code1', 'capital0'])
    expect(ids(found, 'gold')).toEqual(['paris', 'rome', 'french'])
    expect(found.chosen.every(({ weight }) => weight === 1)).toBe(true)
    // grait takes codes alone.
    expect(ids(select('grait', [...capitals, ...codes, ...sure], { unknown: 3 }), 'refusal')).toEqual(['code0', 'code1', 'code2'])
  })

  it('grait-contrast keeps the known subjects in proportion too, and does without subjects', () => {
    const many = ['a', 'a', 'a', 'b'].map((subject, i) => ({ ...known(`k${i}`, 1 - i / 10, 1), subject }))
    const refused = unknown('u', 0, 0, [1, 0])
    expect(ids(select('grait-contrast', [...many, refused], { known: 2 }), 'gold')).toHaveLength(2)
    expect(ids(select('grait-contrast', [...many, refused], { known: 4 }), 'gold')).toEqual(['k0', 'k1', 'k2', 'k3'])
    const plain = candidates.map(({ subject: _, ...candidate }) => candidate)
    expect(ids(select('grait-contrast', plain, { unknown: 2 }), 'refusal')).toEqual(['u2', 'u3'])
  })

  it('every method keeps the share of each subject where that is asked for', () => {
    const many = [...Array(40).keys()].flatMap((i) => {
      const subject = i % 4 === 0 ? 'rare' : 'frequent'
      const influence: [number, number] = i % 4 === 0 ? [0, 0] : [1, 1 - i / 100]
      const items = [known(`k${i}`, i % 4 === 0 ? 0.5 : 1, 1), unknown(`u${i}`, 0, 0, influence)]
      return items.map((item) => ({ ...item, subject, rehearsedCorrectness: 0 }))
    })
    const matrix = (first: string, row: (i: number) => number[]) => ({
      ids: [...Array(40).keys()].map((i) => `${first}${i}`),
      rows: Float32Array.from([...Array(40).keys()].flatMap(row)),
      dim: 2,
    })
    // Refusals of frequent subjects add most to the gold answers and to one another.
    const features = { refusals: matrix('u', (i) => (i % 4 === 0 ? [0, 1] : [1, 0])), golds: matrix('k', () => [1, 0]) }
    const rare = (id: string, bySubject: boolean) =>
      select(id, many, { known: 8, unknown: 8, bySubject, features })
        .chosen.filter((choice) => Number(choice.id.slice(1)) % 4 === 0)
        .map((choice) => choice.target)
    for (const { id } of methods.filter(({ id }) => !PAIRED.includes(id))) {
      // A quarter of the questions, so a quarter of the 8 of each group.
      const targets = rare(id, true)
      expect(targets.length, id).toBe(4)
      if (id !== 'van-tuning') expect(targets.filter((target) => target === 'refusal').length, id).toBe(2)
    }
    for (const id of ['grait', 'grait-greedy']) expect(rare(id, false), id).toEqual([])
  })

  it('van-tuning gives gold answers to known and unknown questions alike', () => {
    const found = select('van-tuning')
    expect(found.chosen).toHaveLength(4)
    expect(found.chosen.every(({ target, weight }) => target === 'gold' && weight === 1)).toBe(true)
    expect(select('van-tuning', [unknown('u', 0, 0)]).chosen).toEqual([{ id: 'u', group: 'idk', target: 'gold', weight: 1 }])
  })

  it('grait-greedy picks each refusal for what it adds to the gold answers and to those before it', () => {
    // Sum of the selected gold gradients, k1 and k3: (1, 0) + (0, 0.5) = (1, 0.5).
    // Round 1: u1 (0, 1) 0.5; u2 (0, 3) 1.5; u3 (1, 0) 1 -> u2, and the sum is (1, 3.5).
    // Round 2: u1 3.5; u3 1 -> u1, which alone was last.
    const features = {
      refusals: { ids: ['u1', 'u2', 'u3'], rows: Float32Array.of(0, 1, 0, 3, 1, 0), dim: 2 },
      golds: { ids: ['k1', 'k2', 'k3'], rows: Float32Array.of(1, 0, 9, 9, 0, 0.5), dim: 2 },
    }
    expect(ids(select('grait-greedy', candidates, { features }), 'refusal')).toEqual(['u2', 'u1'])
    expect(() => select('grait-greedy')).toThrow(/grait-greedy needs the gradient features/)
  })

  it('random choices change with the seed and with nothing else', () => {
    const many = [...Array(60).keys()].flatMap((i) => [known(`k${i}`, 1, 1), unknown(`u${i}`, 0, 0, [0.5, 0.5])])
    for (const id of ['van-tuning', 'cor-rait', 'grait-random']) {
      const chosen = (seed: number, from: Candidate[]) =>
        select(id, from, { known: 10, unknown: 10, seed }).chosen.map((choice) => choice.id)
      expect(chosen(1, many)).toEqual(chosen(1, [...many].reverse()))
      expect(chosen(1, many)).not.toEqual(chosen(2, many))
    }
  })

  it('breaks ties by certainty, then by a seeded hash of the id, never by the order of the input', () => {
    const tied = [known('a', 1, 0.2), known('b', 1, 0.9), unknown('u', 0, 0, [1, 0])]
    expect(ids(select('grait', tied, { known: 1 }), 'gold')).toEqual(['b'])
    const equal = [...'abcdefgh'].map((id) => known(id, 1, 1))
    const first = (seed: number, from: Candidate[]) =>
      ids(select('grait', [...from, unknown('u', 0, 0, [1, 0])], { seed, known: 8 }), 'gold')
    expect(first(1, equal)).toEqual(first(1, [...equal].reverse()))
    expect(first(1, equal)).not.toEqual(first(2, equal))
  })

  it('takes what there is where there are too few, with a note; strictly it stops', () => {
    const found = select('grait', candidates, { known: 5 })
    expect(ids(found, 'gold')).toHaveLength(3)
    expect(found.notes).toEqual(['there are fewer known questions than were asked for, 3 of 5; all of them are taken'])
    expect(() => select('grait', candidates, { known: 5, strictCounts: true })).toThrow(
      expect.objectContaining({ code: 'too_few_questions' }),
    )
  })

  it('leaves out unknown questions without gradients where it needs influence', () => {
    const found = select('grait', [...candidates, unknown('u4', 0, 0)], { unknown: 4 })
    expect(ids(found, 'refusal')).toEqual(['u1', 'u2', 'u3'])
    expect(found.notes[0]).toBe('1 of 4 unknown questions have no gradient, and so no influence; they are left out')
  })

  it('says which group is empty, which threshold led to it, and which would do', () => {
    const error = (from: Candidate[]) => {
      try {
        select('cor-rait', from)
      } catch (caught) {
        return caught
      }
      return undefined
    }
    expect(error([unknown('u', 0.1, 0), unknown('v', 0.4267, 0)])).toMatchObject({
      code: 'empty_group',
      message: expect.stringMatching(/no known question: of 2 questions none reaches correctness 0\.5 .*; the highest is 0\.426$/),
      hint: 'Lower knowledge.threshold to 0.426 or less, or give questions that this model can answer.',
    })
    expect(error([known('k', 1, 1), known('l', 0.8123, 1)])).toMatchObject({
      code: 'empty_group',
      message: expect.stringMatching(/no unknown question.*none stays below correctness 0\.5 .*; the lowest is 0\.813$/),
      hint: 'Raise knowledge.threshold above 0.813, or give questions that this model cannot answer.',
    })
  })

  it('asks for other questions where no threshold would leave a group its members', () => {
    expect(() => select('cor-rait', [unknown('u', 0, 0)])).toThrow(
      expect.objectContaining({ hint: 'Give questions that this model can answer.' }),
    )
  })

  it('never chooses a question twice, never refuses a known one, and takes as many as it can', () => {
    const candidate = fc.record({
      group: fc.boolean(),
      a: fc.double({ min: 0, max: 1, noNaN: true }),
      b: fc.double({ min: -1, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(
        fc.array(candidate, { maxLength: 30 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        (drawn, wantKnown, wantUnknown) => {
          const from = [
            known('k', 1, 1),
            unknown('u', 0, 0, [0, 0]),
            ...drawn.map(({ group, a, b }, i) => (group ? known(`k${i}`, 0.5 + a / 2, b) : unknown(`u${i}`, a / 2, b, [a, b]))),
          ].map((item) => ({ ...item, rehearsedCorrectness: item.correctness }))
          const there = (group: string) => from.filter((item) => item.group === group).length
          for (const method of methods.filter(
            ({ needs, id }) => needs.features === undefined && id !== 'van-tuning' && !PAIRED.includes(id),
          )) {
            const { chosen } = method.select(from, { ...request, known: wantKnown, unknown: wantUnknown })
            expect(new Set(chosen.map(({ id }) => id)).size).toBe(chosen.length)
            expect(chosen.every(({ group, target }) => (group === 'ik') === (target === 'gold'))).toBe(true)
            expect(chosen.filter(({ group }) => group === 'ik')).toHaveLength(Math.min(wantKnown, there('ik')))
            expect(chosen.filter(({ group }) => group === 'idk')).toHaveLength(Math.min(wantUnknown, there('idk')))
          }
        },
      ),
    )
  })
})

describe('the list of methods', () => {
  it('names each once', () => {
    const names = methods.map(({ id }) => id)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toContain('grait')
  })

  it('answers an unknown name with the nearest one', () => {
    expect(() => methodById('grait-ramdom')).toThrow(
      expect.objectContaining({ code: 'config_invalid', hint: expect.stringContaining('Did you mean grait-random?') }),
    )
    expect(() => methodById('xyzzy')).toThrow(expect.objectContaining({ hint: expect.stringContaining('Known methods: van-tuning') }))
  })
})
