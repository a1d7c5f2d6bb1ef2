import { describe, expect, it } from 'vitest'
import { checkedSelection } from '../../src/rait/checked-selection.js'
import type { Method, Selection } from '../../src/rait/method.js'
import { chosenMethods, methodKey } from '../../src/rait/methods/chosen-methods.js'
import { methodById, methods } from '../../src/rait/methods/registry.js'
import { known, unknown } from './candidates.js'

const mine: Method = { id: 'mine', description: '', needs: { influence: false }, select: () => ({ chosen: [], notes: [] }) }

describe('the methods to compare', () => {
  it('are those named, in that order, each once; all means all; the untrained rows need no naming', () => {
    const ids = (chosen: (string | Method)[]) => chosenMethods(chosen).map(({ id }) => id)
    expect(ids(['craft', 'init-basic', 'init-ptrue', 'grait', 'craft', mine])).toEqual(['craft', 'grait', 'mine'])
    expect(ids(['all'])).toEqual(methods.map(({ id }) => id))
  })

  it('are refused where a name is unknown, taken twice, or none is left', () => {
    expect(() => chosenMethods(['grayt'])).toThrow(
      expect.objectContaining({ code: 'config_invalid', hint: expect.stringContaining('grait?') }),
    )
    expect(() => chosenMethods([mine, { ...mine }])).toThrow(/two different methods have the id "mine"/)
    expect(() => chosenMethods([{ ...mine, id: 'craft' }])).toThrow(/there is a method "craft" already/)
    expect(() => chosenMethods([mine, { ...mine, id: 'Mine' }])).toThrow(/two different methods have the id "Mine"/)
    expect(() => chosenMethods([{ ...mine, id: 'Init-Basic' }])).toThrow(/can't have the id "Init-Basic": rows without training/)
    expect(() => chosenMethods([{ ...mine, id: 'probe-mine' }])).toThrow(/rows without training have such names/)
    expect(() => chosenMethods(['init-mine'])).toThrow(/there is no method "init-mine"/)
    expect(() => chosenMethods([{ ...mine, id: '../x' }])).toThrow(/can't have the id "..\/x"/)
    expect(() => chosenMethods(['init-basic'])).toThrow(expect.objectContaining({ code: 'usage' }))
  })

  it('stand in a key with their id, own ones with version or source as well', () => {
    expect(methodKey(methodById('grait'))).toBe('grait')
    expect(methodKey({ ...mine, version: 2 })).toEqual({ id: 'mine', version: 2 })
    const other = { ...mine, select: () => ({ chosen: [], notes: ['other'] }) }
    expect(methodKey(other)).not.toEqual(methodKey(mine))
  })
})

describe('what a method gives', () => {
  const candidates = [known('k', 1, 1), unknown('u', 0, 0)]
  const check = (selection: unknown) => () => checkedSelection(mine, candidates, selection as Selection)
  const choice = { id: 'k', group: 'ik', target: 'gold', weight: 1 }

  it('is taken where a model can be trained on it', () => {
    const selection = { chosen: [choice, { ...choice, id: 'u', target: 'refusal', weight: 0 }], notes: [] }
    expect(check(selection)()).toBe(selection)
    const several = { chosen: [choice, { ...choice, target: 'refusal' }, { ...choice, target: { text: 'perhaps' } }], notes: [] }
    expect(check(several)()).toBe(several)
  })

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /gave no list/],
    ['an empty choice', { chosen: [], notes: [] }, /chose no question/],
    ['a question that is not there', { chosen: [{ ...choice, id: 'x' }], notes: [] }, /"x", which is not one of the questions/],
    ['a target without text', { chosen: [{ ...choice, target: { text: ' ' } }], notes: [] }, /question k: the target must be/],
    ['nothing of any weight', { chosen: [{ ...choice, weight: 0 }], notes: [] }, /gave every pair the weight 0/],
    ['another target', { chosen: [{ ...choice, target: 'no' }], notes: [] }, /question k: the target must be/],
    ['a weight that is no number', { chosen: [{ ...choice, weight: NaN }], notes: [] }, /question k: the weight must be .* not NaN/],
  ])('%s is refused, with the name of the method', (_, selection, message) => {
    expect(check(selection)).toThrow(expect.objectContaining({ code: 'invalid_request', message: expect.stringMatching(message) }))
    expect(check(selection)).toThrow(/^method mine: /)
  })
})
