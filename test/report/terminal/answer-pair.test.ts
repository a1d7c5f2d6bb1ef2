import { describe, expect, it } from 'vitest'
import { answerPairText } from '../../../src/report/terminal/answer-pair.js'

const pair = { initial: { text: 'The capital of Aruba is Surabaya.' }, tuned: { text: "I don't know." } }

describe('two answers', () => {
  it('stand side by side', () => {
    expect(answerPairText(pair, 80).split('\n')).toEqual([
      'initial model                      tuned model',
      '─────────────────────────────────  ─────────────',
      "The capital of Aruba is Surabaya.  I don't know.",
      '',
    ])
  })

  it('stand below each other, uncut, where the terminal is narrow', () => {
    expect(answerPairText(pair, 30)).toBe("initial model: The capital of Aruba is Surabaya.\ntuned model: I don't know.\n")
  })

  it('say what a threshold on the confidence would refuse', () => {
    const doubtful = { text: 'Surabaya', confidence: -1.254, threshold: 0.5, doubtful: true }
    expect(answerPairText({ initial: doubtful, tuned: { ...doubtful, doubtful: false } }, 200)).toContain(
      'Surabaya (better refused: confidence -1.25, threshold 0.50)  Surabaya\n',
    )
  })

  it('show that a model said nothing, and keep its control characters from the terminal', () => {
    expect(answerPairText({ initial: { text: '' }, tuned: { text: 'a\u001b[2Jb' } }, 80)).toContain('(nothing)      a [2Jb')
  })
})
