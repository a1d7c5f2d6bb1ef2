import { describe, expect, it } from 'vitest'
import type { JudgedSet } from '../../src/evaluation/judged-set.js'
import { movedQuestions } from '../../src/evaluation/measures/moved.js'
import type { JudgedAnswer, Outcome } from '../../src/evaluation/measures/outcome.js'
import { buildResults } from '../../src/evaluation/results.js'

const LETTER: Record<string, Outcome> = { c: 'correct', w: 'wrong', r: 'refused', u: 'unparseable' }
const answers = (outcomes: string): JudgedAnswer[] =>
  [...outcomes].map((letter, i) => ({ id: `q${i}`, outcome: LETTER[letter] as Outcome }))
const set = (method: string, seed: number, outcomes: string, dataset = 'atlas'): JudgedSet => ({
  method,
  seed,
  dataset,
  answers: answers(outcomes),
})

describe('results.json', () => {
  it('has a row a method, seed and data set, with THS against Init-Basic', async () => {
    const { rows } = await buildResults([set('init-basic', 1, 'ccwww'), set('grait', 1, 'crrwu')], { resamples: 200 })
    expect(rows[0]).toMatchObject({ method: 'init-basic', n: 5, correct: 2, wrong: 3, pc: 40, pw: 60, pr: 0, ths: 0 })
    // 20 - 40 * 40 / 60 = -6.67
    expect(rows[1]).toMatchObject({ method: 'grait', correct: 1, wrong: 1, refused: 2, unparseable: 1, pc: 20, pw: 40, pr: 40 })
    expect(rows[1]?.ths).toBeCloseTo(-20 / 3, 10)
    expect(rows[1]?.bySubject).toBeNull()
    for (const row of rows) {
      for (const key of ['pc', 'pw', 'pr'] as const) {
        expect(row.interval[key][0]).toBeLessThanOrEqual(row[key])
        expect(row.interval[key][1]).toBeGreaterThanOrEqual(row[key])
      }
    }
  })

  it('says the same whatever the order of the answers, and twice', async () => {
    const turned = { ...set('grait', 1, 'crrwu'), answers: answers('crrwu').reverse() }
    const one = await buildResults([set('init-basic', 1, 'ccwww'), set('grait', 1, 'crrwu')], { resamples: 200 })
    const two = await buildResults([set('init-basic', 1, 'ccwww'), turned], { resamples: 200 })
    expect(JSON.stringify(two)).toBe(JSON.stringify(one))
  })

  it('sums up over seeds, and compares every two methods on the same questions', async () => {
    const sets = [set('init-basic', 1, 'ccww'), set('cor-rait', 1, 'ccrw'), set('cor-rait', 2, 'crrw'), set('grait', 1, 'ccrr')]
    const { summary, comparisons } = await buildResults(sets, { resamples: 200 })
    const ofCor = summary.find(({ method }) => method === 'cor-rait')
    // Pc 50 and 25: mean 37.5, sd 12.5 sqrt 2; THS 50 - 25 * 50 / 50 = 25 and 25 - 25 = 0: mean 12.5
    expect(ofCor).toMatchObject({ seeds: [1, 2], mean: { pc: 37.5, pw: 25, pr: 37.5, ths: 12.5 } })
    expect(ofCor?.sd.pc).toBeCloseTo(12.5 * Math.SQRT2, 10)
    expect(summary.find(({ method }) => method === 'grait')?.sd.pc).toBeNull()
    // grait: 50 - 0; minus 12.5
    expect(comparisons).toMatchObject([{ a: 'grait', b: 'cor-rait', dataset: 'atlas', difference: 37.5 }])
  })

  it('keeps data sets apart', async () => {
    const sets = [set('init-basic', 1, 'cw'), set('grait', 1, 'cr'), set('init-basic', 1, 'wwc', 'nq'), set('grait', 1, 'rrc', 'nq')]
    const { rows } = await buildResults(sets, { resamples: 100 })
    expect(rows.map(({ dataset, method, ths }) => [dataset, method, ths === null ? null : Math.round(ths)])).toEqual([
      ['atlas', 'init-basic', 0],
      ['atlas', 'grait', 50],
      ['nq', 'init-basic', 0],
      ['nq', 'grait', 33],
    ])
  })

  it('has null where there is no Init-Basic, and JSON says so', async () => {
    const results = await buildResults([set('grait', 1, 'cr')], { resamples: 100 })
    expect(JSON.parse(JSON.stringify(results)).rows[0]).toMatchObject({ ths: null, interval: { ths: null } })
    expect(results.comparisons).toEqual([])
  })

  it('refuses methods that answered different questions, naming one', async () => {
    const other = { ...set('grait', 1, 'c'), answers: [{ id: 'elsewhere', outcome: 'correct' as const }] }
    await expect(buildResults([set('init-basic', 1, 'c'), other])).rejects.toMatchObject({
      code: 'data_invalid',
      message: expect.stringContaining('elsewhere'),
    })
    await expect(buildResults([set('init-basic', 1, 'cw'), set('grait', 1, 'c')])).rejects.toThrow(/grait has no answer to question q1/)
  })

  it('refuses two sets of one method, seed and data set, and two answers to one question', async () => {
    const twice = [set('init-basic', 1, 'cw'), set('grait', 1, 'cr'), set('grait', 1, 'rr')]
    await expect(buildResults(twice)).rejects.toMatchObject({
      code: 'data_invalid',
      message: 'there are two sets of answers of grait, seed 1, to atlas',
    })
    const again = { ...set('grait', 1, ''), answers: [...answers('c'), ...answers('w')] }
    await expect(buildResults([again])).rejects.toThrow(/grait, seed 1, atlas: question q0 is answered twice/)
  })

  it('shows means over subjects beside those over questions', async () => {
    const withSubjects = (outcomes: string) => answers(outcomes).map((answer, i) => ({ ...answer, subject: i === 0 ? 's' : 't' }))
    const sets = [
      { ...set('init-basic', 1, ''), answers: withSubjects('cww') },
      { ...set('grait', 1, ''), answers: withSubjects('crw') },
    ]
    const { rows } = await buildResults(sets, { resamples: 100 })
    // Init-Basic: s 100/0, t 0/100 -> Pc 50, Pw 50; grait: s 100/0/0, t 0/50/50 -> Pc 50, Pw 25: THS 50 - 25 = 25
    expect(rows[1]?.bySubject).toEqual({ pc: 50, pw: 25, pr: 25, ths: 25, subjects: 2 })
  })
})

describe('questions that moved', () => {
  it('are listed by what became of them; unparseable counts as wrong', () => {
    const moved = movedQuestions(answers('wcwucr'), answers('rrcwwc'))
    expect(Object.fromEntries(moved)).toEqual({
      'wrong->refused': ['q0'],
      'right->refused': ['q1'],
      'wrong->right': ['q2'],
      'wrong->wrong': ['q3'],
      'right->wrong': ['q4'],
      'right->right': [],
      'refused->right': ['q5'],
    })
  })

  it('leaves out questions that were not asked before', () => {
    expect([...movedQuestions([], answers('c')).values()].flat()).toEqual([])
  })
})
