import { describe, expect, it } from 'vitest'
import type { Question } from '../../../src/data/question/question.js'
import { judge } from '../../../src/evaluation/judging/judge.js'
import type { Outcome } from '../../../src/evaluation/measures/outcome.js'

const choice: Question = {
  id: 'c',
  kind: 'mcqa',
  question: 'Capital of France?',
  options: ['London', 'Paris', 'Rome', 'Vienna'],
  answer: 1,
}
const speeds: Question = { id: 's', kind: 'mcqa', question: 'How fast?', options: ['10 m/s', '20 m/s', '20 ms', '5 m/s'], answer: 1 }
const open = (answer: string, question = 'Which?'): Question => ({ id: 'o', kind: 'oeqa', question, answers: [answer] })

describe('the option that a sentence comes to is chosen:', () => {
  it.each([
    'A. However, B is better.',
    'A city in Italy is Rome, so B',
    'Rome is a city in Italy. Therefore the answer is B.',
    'Paris → B',
    'Between A and B, B',
    'London is the capital of the UK; Paris is the capital of France.',
    'Confidence: 90%\nAnswer: B',
    'Reasoning: London is in England.\nFinal answer: B',
    'B (Paris) is the capital.',
    'B (Paris) is correct because A (London) is in England',
    'È Paris',
    'Parisです',
  ])('%s', (output) => expect(judge(choice, output).chosen).toBe(1))

  it.each(['B (20 m/s)', '20m/s', 'The speed is 20 m/s.', '20 metres per second'])('with its unit: %s', (output) =>
    expect(judge(speeds, output).chosen).toBe(1),
  )

  it('and milliseconds are not metres per second', () => expect(judge(speeds, '20 ms').chosen).toBe(2))
})

const ANSWERS: [answer: string, output: string, outcome: Outcome][] = [
  ['5', '<5', 'wrong'],
  ['5', '≥5', 'wrong'],
  ['5', 'more than 5', 'wrong'],
  ['5', 'Less than five.', 'wrong'],
  ['more than 5', 'more than 5', 'correct'],
  ['5 million', 'more than 5 million', 'correct'],
  ['5', '<b>5</b>', 'correct'],
  ['5', '-> 5', 'correct'],
  ['5', '√5', 'wrong'],
  ['√5', 'the square root of 5', 'correct'],
  ['5', '5²', 'wrong'],
  ['2^5', '2⁵', 'correct'],
  ['1939', 'Not before 1939', 'wrong'],
  ['1939', 'after 1939', 'wrong'],
  ['1939', 'In 1939, before 1940', 'correct'],
  ['7', 'after 7 years', 'correct'],
  ['0.5', '\\frac{1}{2}', 'correct'],
  ['1/2', '$\\frac12$', 'correct'],
  ['6.02e23', '6.02 × 10^23', 'correct'],
  ['6.02 × 10²³', '6.02 \\times 10^{23}', 'correct'],
  ['6.02 × 10^23', '6.02 × 10^-23', 'wrong'],
  ['1.6e-19', '1.6 x 10⁻¹⁹', 'correct'],
]

describe('a number is the number that is said:', () => {
  it.each(ANSWERS)('%s is sought, "%s" is %s', (answer, output, outcome) => expect(judge(open(answer), output).outcome).toBe(outcome))
})

describe('a date is one date in every language:', () => {
  it.each([
    '14 juillet 1789',
    '14. Juli 1789',
    '14 de julio de 1789',
    '14 luglio 1789',
    '14 июля 1789 г.',
    '1789年7月14日',
    '1789년 7월 14일',
  ])('%s', (output) => {
    expect(judge(open('July 14, 1789'), output).outcome).toBe('correct')
    expect(judge(open('14 June 1789'), output).outcome).toBe('wrong')
    expect(judge(open(output), '14 July 1789').outcome).toBe('correct')
  })

  it('and a month that is another one elsewhere is none', () =>
    expect(judge(open('11 November 1918'), '11 listopada 1918').outcome).toBe('wrong'))
})

describe('a number word of another language, alone, is that number:', () => {
  it.each([
    ['5', 'fünf'],
    ['3', 'Tres.'],
    ['12', 'zwölf'],
    ['8', 'huit'],
    ['3', 'три'],
    ['12', '十二'],
    ['trois', '3'],
  ])('%s is sought, %s is right', (answer, output) => expect(judge(open(answer), output).outcome).toBe('correct'))

  it('in a sentence it may be another word', () => expect(judge(open('6'), 'Lei, per favore, sei').outcome).toBe('wrong'))
})

describe('who did not do it is no answer,', () => {
  it.each(['Edison did not invent it', "Edison didn't invent the telephone; Bell did."])('%s', (output) => {
    expect(judge(open('Edison'), output).outcome).toBe('wrong')
  })

  it('and who did is one', () => {
    expect(judge(open('Bell'), 'Edison did not invent the telephone; Bell did.').outcome).toBe('correct')
  })

  it('unless that is asked, said aside, or part of the right answer', () => {
    expect(judge(open("Charlie don't surf"), "Charlie don't surf").outcome).toBe('correct')
    expect(judge(open('Norway', 'Which country did not join?'), 'Norway did not join.').outcome).toBe('correct')
    expect(judge(open('Norway'), 'The country that did not join is Norway').outcome).toBe('correct')
  })
})

it('a hedge in the form of a question denies nothing', () => {
  expect(judge(open('Paris'), 'Paris, or am I mistaken?').outcome).toBe('correct')
})
