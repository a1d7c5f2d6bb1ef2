import { describe, expect, it } from 'vitest'
import type { Question } from '../../../src/data/question/question.js'
import { judge } from '../../../src/evaluation/judging/judge.js'

const open = (answer: string): Question => ({ id: 'o', kind: 'oeqa', question: 'Which?', answers: [answer] })
const choice: Question = { id: 'c', kind: 'mcqa', question: 'Capital of France?', options: ['London', 'Paris', 'Rome', 'Oslo'], answer: 1 }

describe('an option that is called wrong is not chosen:', () => {
  it.each([
    'B) is incorrect',
    'B. is wrong',
    'B) Paris is wrong',
    'Paris is the wrong answer.',
    'B is an incorrect option.',
    'The incorrect answer is B.',
    'The wrong option is B',
    'Wrong: B',
    'The least likely answer is B',
    'B can be ruled out',
    'B is out',
    'Die falsche Antwort ist B',
    'La respuesta incorrecta es B',
    'La mauvaise réponse est B',
    'La risposta sbagliata è B',
    'A resposta errada é B',
    'Het foute antwoord is B',
    'Неверный ответ B',
    '错误答案是B',
    '错误的答案是B',
    '不正解はB',
    'B以外',
    'B除外',
    'B를 제외한',
    'ما عدا B',
  ])('%s', (said) => {
    expect(judge(choice, said).chosen).toBeUndefined()
  })
})

describe('an option beside one that is called wrong is chosen:', () => {
  it.each([
    'A. London is not the capital of France; the correct answer is B.',
    'The correct answer is B, the incorrect answer is A',
    'The wrong answers are A and C, B is right',
    'Correct: B. Incorrect: A, C, D',
    'A is the wrong answer: B',
    'The incorrect answer is A, so B',
    'B以外にない',
    'A. No wait, B.',
    'A, sorry, B',
    'At first I thought A, but it is B.',
    'Since A is in England, the answer is B',
    'The answer is B, although A is also plausible.',
    'I pick B over A',
    'B (90%)',
    'B [1]',
    'B ✓',
    '=> B',
  ])('%s', (said) => {
    expect(judge(choice, said).chosen).toBe(1)
  })
})

describe('an answer that is denied or corrected is not given:', () => {
  it.each([
    ['Paris', 'It is not the city of Paris'],
    ['Paris', 'It is not at all Paris'],
    ['Paris', 'It is not, as many believe, Paris'],
    ['Paris', 'The wrong answer is Paris'],
    ['Paris', 'It is wrong to say Paris'],
    ['Paris', 'False: Paris'],
    ['Paris', 'It is unlikely to be Paris'],
    ['Paris', 'Paris can be ruled out'],
    ['Paris', 'Hardly Paris'],
    ['Paris', 'By no means Paris'],
    ['Paris', 'Oslo, although many people think it is Paris.'],
    ['Paris', 'Many people think it is Paris, but it is actually Oslo.'],
    ['Paris', 'Paris, I mean Oslo'],
    ['Paris', 'Paris, sorry, Oslo'],
    ['Paris', 'Paris. Actually, no: Oslo.'],
    ['Paris', '~~Paris~~ Oslo'],
    ['Rom', 'keineswegs Rom'],
    ['Rom', 'Auf keinen Fall Rom'],
    ['Rom', 'Ich glaube nicht, dass es Rom ist'],
    ['Rom', 'Rom ist es nicht'],
    ['Paris', 'Je ne pense pas que ce soit Paris'],
    ['Roma', 'No creo que sea Roma'],
    ['Roma', 'Milán y no Roma'],
    ['Roma', 'không phải Roma mà là Milan'],
    ['로마', '로마 말고 밀라노'],
    ['روما', 'ميلانو وليس روما'],
  ])('%s in "%s"', (answer, said) => {
    expect(judge(open(answer), said).outcome).toBe('wrong')
  })
})

describe('an answer that is given stays so:', () => {
  it.each([
    ['Oslo', 'Paris, I mean Oslo'],
    ['Oslo', 'Paris. Actually, no: Oslo.'],
    ['Oslo', '~~Paris~~ Oslo'],
    ['Oslo', 'Many people think it is Paris, but it is actually Oslo.'],
    ['Milan', 'không phải Roma mà là Milan'],
    ['밀라노', '로마 말고 밀라노'],
    ['Paris', 'It is hardly surprising that it is Paris'],
    ['Paris', 'Paris cannot be ruled out'],
    ['Paris', 'It would not be wrong to say Paris'],
    ['Paris', 'It is not unlikely that it is Paris'],
    ['Paris', 'Paris, I mean the city in France'],
    ['Paris', 'Paris, sorry for the delay'],
    ['Paris', 'Well, actually, Paris'],
    ['Paris', 'Most historians think it is Paris, but some disagree'],
    ['Rom', 'Rom ist es'],
  ])('%s in "%s"', (answer, said) => {
    expect(judge(open(answer), said).outcome).toBe('correct')
  })
})

describe('more ways not to know:', () => {
  it.each([
    'No clue lol',
    'I give up',
    'Not that I know of',
    'I can only guess',
    "That information isn't in my training data.",
    "I don't think I know",
  ])('%s', (said) => {
    expect(judge(open('Paris'), said).outcome).toBe('refused')
  })
})
