import { describe, expect, it } from 'vitest'
import type { Question } from '../../../src/data/question/question.js'
import { judge } from '../../../src/evaluation/judging/judge.js'

const open: Question = { id: 'o', kind: 'oeqa', question: 'Capital of France?', answers: ['Paris'] }
const choice: Question = { id: 'c', kind: 'mcqa', question: 'Capital of France?', options: ['London', 'Paris', 'Rome', 'Oslo'], answer: 1 }

/** X stands for the answer. */
const HEDGES = [
  'X, but I could be wrong',
  'Probably X, though I could be wrong.',
  'X. I could be wrong.',
  'X (I could be wrong)',
  'X, I may be wrong',
  'X, but I might be mistaken',
  'X, if I am not mistaken',
  'X, unless I’m mistaken',
  'X, I could be incorrect',
  "If I'm not mistaken, it is X",
  'I could be wrong, but X',
  'X, though this might be wrong',
  'X, as far as I know',
  'X, I believe',
  'X, wenn ich mich nicht irre',
  'Sauf erreur, X',
  'Si no me equivoco, X',
  'Se non sbaglio, X',
]
const AFFIRMED = ["It couldn't be anything but X", "It can't be anything other than X", "Isn't it X?", 'Could it not be X?', 'Why not X?']

describe('a hedge about the speaker, and a question that expects a yes, deny nothing:', () => {
  it.each([...HEDGES, ...AFFIRMED])('%s', (said) => {
    const about = (name: string) => said.replace('X', name)
    expect(judge(open, about('Paris')).outcome).toBe('correct')
    expect(judge(open, about('Rome')).outcome).toBe('wrong')
    expect(judge(choice, about('B')).chosen).toBe(1)
    expect(judge(choice, about('C')).chosen).toBe(2)
  })
})

describe('a denial stays one:', () => {
  it.each([
    'It is wrong, Paris is mistaken',
    "It isn't Paris.",
    'Oslo? Paris is wrong',
    'Anything but Paris',
    "Isn't it Oslo? It isn't Paris.",
  ])('%s', (said) => {
    expect(judge(open, said).outcome).toBe('wrong')
  })
})

describe('an answer after what sounds like a refusal counts:', () => {
  it.each([
    ['I cannot stress enough that it is Paris', 'correct'],
    ['I cannot stress enough that it is Rome', 'wrong'],
    ['It is not clear why, but Paris', 'correct'],
    ['It is not certain, but Paris is likely.', 'correct'],
    ["I can't think of anything but Paris", 'correct'],
    ["I don't know any other city than Paris", 'correct'],
    ["I Don't Know is a song from Paris", 'correct'],
    ['Unknown, starring Paris Hilton', 'correct'],
    ['I cannot comply', 'refused'],
    ["I don't know, but perhaps Paris", 'refused'],
    ['It is not clear', 'refused'],
    ["I can't think of anything.", 'refused'],
  ])('%s: %s', (said, outcome) => {
    expect(judge(open, said).outcome).toBe(outcome)
  })
})

describe('"not" that denies something else:', () => {
  it.each([
    ['Ankara', 'İstanbul değil Ankara', 'correct'],
    ['Ankara', 'Ankara değil İstanbul', 'wrong'],
    ['Ankara', 'Ankara değildir', 'wrong'],
    ['Hamlet', 'To be or not to be is from Hamlet', 'correct'],
  ])('%s, asked for in "%s": %s', (answer, said, outcome) => {
    expect(judge({ ...open, answers: [answer] }, said).outcome).toBe(outcome)
  })
})
