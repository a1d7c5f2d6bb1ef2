import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Question } from '../../../src/data/question/question.js'
import { judge } from '../../../src/evaluation/judging/judge.js'
import { OUTCOMES } from '../../../src/evaluation/measures/outcome.js'
import { JUDGE_CASES, REFUSAL_PHRASES } from './judge-cases.js'
import { withCases } from './judging-doc.js'

const settings = { refusalPhrases: REFUSAL_PHRASES, matching: 'words' } as const
const choice: Question = { id: 'q', kind: 'mcqa', question: 'Which?', options: ['w', 'x y', 'z', '10'], answer: 2 }

describe('the judge', () => {
  it('has a table of at least 120 cases', () => {
    expect(JUDGE_CASES.length).toBeGreaterThanOrEqual(120)
  })

  it('is told with these very cases in docs/judging.md (npm run docs)', () => {
    const text = readFileSync(new URL('../../../docs/judging.md', import.meta.url), 'utf8')
    expect(text).toBe(withCases(text))
    expect(text.match(/^\| .* \| (correct|wrong|refused|unparseable) \|$/gm)).toHaveLength(JUDGE_CASES.length)
  })

  it.each(JUDGE_CASES.map((entry) => [entry.claim, JSON.stringify(entry.output), entry.outcome, entry] as const))(
    '%s: %s is %s',
    (_claim, _output, outcome, { question, output, matching = 'words' }) => {
      expect(judge(question, output, { refusalPhrases: REFUSAL_PHRASES, matching }).outcome).toBe(outcome)
    },
  )

  it('says which option was chosen, right or wrong, and only where one was', () => {
    expect(judge(choice, 'C', settings)).toEqual({ outcome: 'correct', chosen: 2 })
    expect(judge(choice, 'x y', settings)).toEqual({ outcome: 'wrong', chosen: 1 })
    expect(judge(choice, 'A or B', settings)).toEqual({ outcome: 'unparseable' })
  })

  it('knows only the given phrases where the built-in ones are switched off', () => {
    const own = { refusalPhrases: ['Keine Ahnung'], builtInRefusals: false }
    expect(judge(choice, 'Keine Ahnung!', own).outcome).toBe('refused')
    for (const builtIn of ["I don't know", 'Unknown', 'Nobody knows']) {
      expect(judge(choice, builtIn, own).outcome).toBe('unparseable')
      expect(judge(choice, builtIn, { refusalPhrases: ['Keine Ahnung'] }).outcome).toBe('refused')
    }
  })

  it('gives every text exactly one outcome', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: fc.constantFrom(...'ABab ().:*\'’"answeris-1,or') }),
    )
    fc.assert(
      fc.property(text, (output) => {
        expect(OUTCOMES).toContain(judge(choice, output, settings).outcome)
        expect(OUTCOMES).toContain(judge({ id: 'o', kind: 'oeqa', question: 'Which?', answers: ['x'] }, output, settings).outcome)
      }),
      { numRuns: 150 },
    )
  })

  it('finds an alias in any sentence around it, however it is written', () => {
    // Letters that no word of denial is made of, in any language.
    const word = fc.string({ unit: fc.constantFrom(...'bcdfgéüç'), minLength: 3, maxLength: 8 })
    fc.assert(
      fc.property(word, word, (alias, other) => {
        const question: Question = { id: 'o', kind: 'oeqa', question: 'Which?', answers: [alias] }
        for (const output of [`${other} ${alias.toUpperCase()}, ${other}`, `The ${alias.normalize('NFD')}.`]) {
          expect(judge(question, output, settings).outcome).toBe('correct')
        }
      }),
    )
  })

  it('does not hang on long output without structure', () => {
    const start = performance.now()
    for (const output of [
      'A '.repeat(20_000),
      '('.repeat(20_000),
      'is '.repeat(20_000),
      "I don't ".repeat(10_000),
      ','.repeat(20_000),
      'a.'.repeat(20_000),
    ]) {
      judge(choice, output, settings)
      judge({ id: 'o', kind: 'oeqa', question: 'Which?', answers: ['x'] }, output, settings)
    }
    expect(performance.now() - start).toBeLessThan(5000)
  })
})
