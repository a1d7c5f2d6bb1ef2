import { describe, expect, it } from 'vitest'
import type { Question } from '../../../src/data/question/question.js'
import { judge } from '../../../src/evaluation/judging/judge.js'

const open = (...answers: string[]): Question => ({ id: 'o', kind: 'oeqa', question: 'Who wrote it?', answers })
const choice = (options: string[], answer: number, question = 'Capital of France?'): Question => ({
  id: 'c',
  kind: 'mcqa',
  question,
  options,
  answer,
})
const capitals = choice(['London', 'Paris', 'Rome', 'Madrid'], 1)

describe('a denied name denies what is part of it:', () => {
  it.each([
    'It was not written by William Shakespeare.',
    'Marlowe rather than William Shakespeare',
    'Christopher Marlowe, not William Shakespeare.',
    'Unlike William Shakespeare, Marlowe died young.',
    'It was not Mr. Shakespeare',
    'Neither William Shakespeare nor Bacon',
  ])('%s', (output) => {
    expect(judge(open('Shakespeare'), output).outcome).toBe('wrong')
  })

  it('and "not far from Paris" denies nothing', () => expect(judge(open('Paris'), 'It is not far from Paris').outcome).toBe('correct'))
})

describe('what the next sentence takes back does not count:', () => {
  it.each([
    'A. Actually, the answer is B.',
    'A) London. Actually, the correct answer is B) Paris.',
    'A. Wait, B.',
    'A. Wait, that is not right. B.',
    'A. I made a mistake: the answer is B.',
    'A) London. Apologies for the mistake, the correct answer is B) Paris.',
    'A. On second thought, B.',
    'A. Let me reconsider. B.',
  ])('%s', (output) => expect(judge(capitals, output).chosen).toBe(1))

  it.each([
    'Ankara. Actually, it is Istanbul.',
    "Ankara. My mistake, it's Istanbul.",
    'Ankara. Wait, Istanbul.',
    "Ankara... wait, that's not right. Istanbul.",
    'Ankara, or rather Istanbul',
    'I initially thought it was Ankara, but it is Istanbul.',
    'Ankara. I apologize for the mistake. The correct answer is Istanbul.',
  ])('%s', (output) => {
    expect(judge(open('Ankara'), output).outcome).toBe('wrong')
    expect(judge(open('Istanbul'), output).outcome).toBe('correct')
  })

  it('and a further fact takes nothing back', () =>
    expect(judge(open('Paris'), 'Paris. Actually, it is also the largest city.').outcome).toBe('correct'))
})

describe('how a formula is set does not matter:', () => {
  it.each(['$5\\text{ kg}$', '5 \\mathrm{kg}', 'The mass is $5 \\text{ kg}$.', '\\boxed{5 \\text{ kg}}', '\\(5\\) kg'])('%s', (output) =>
    expect(judge(open('5 kg'), output).outcome).toBe('correct'),
  )
  it.each(['$3$ m/s', '**3** m/s', '$3 \\text{ m/s}$'])('%s', (output) => expect(judge(open('3 m/s'), output).outcome).toBe('correct'))
})

describe('the options said again choose none of them:', () => {
  it.each(['A. London B. Paris C. Rome D. Madrid', 'A) London, B) Paris, C) Rome, D) Madrid'])('%s', (output) =>
    expect(judge(capitals, output).outcome).toBe('unparseable'),
  )
  it.each(['A) London\nB) Paris\nC) Rome\nD) Madrid\n\nThe answer is B.', 'Options:\nA) London\nB) Paris\nC) Rome\nD) Madrid\nB'])(
    'what follows counts: %j',
    (output) => expect(judge(capitals, output).chosen).toBe(1),
  )
})

describe('an option is found in whole sentences:', () => {
  it.each([
    ['A dolphin is a mammal.', choice(['A shark', 'A dolphin', 'A salmon'], 1, 'Which is a mammal?')],
    ['Plants absorb carbon dioxide.', choice(['oxygen', 'carbon dioxide', 'helium'], 1, 'What do plants absorb?')],
    ['Guernica was painted by Picasso.', choice(['Miró', 'Picasso', 'Dalí'], 1, 'Who painted Guernica?')],
    ['La capital de Francia es Paris.', capitals],
    ['The second option, Paris.', capitals],
    ['Option two: Paris', capitals],
    ['Of the options given, B is the capital of France.', capitals],
    ['I vote for B', capitals],
    ['Hmm... B', capitals],
    ['B, I am 90% sure', capitals],
    ['B, I would say', capitals],
    ['B might be correct.', capitals],
    ['B [Paris]', capitals],
    ['B or D, but I would go with B', capitals],
  ])('%s', (output, question) => expect(judge(question, output).chosen).toBe(1))
})

describe('these say that the speaker does not know:', () => {
  it.each([
    'I have no record of that.',
    'I have no way to know.',
    "I can't seem to recall.",
    "I haven't been able to find this.",
    'I have been unable to find anything.',
    'I found no information on this.',
    "I didn't find any information.",
    "I don't believe I have that information.",
    "There isn't any information about this.",
    'The question does not provide enough information.',
    'The question lacks context.',
    'Information not available.',
    "I've got no idea",
    'idk lol',
    'Nothing comes to mind.',
  ])('%s', (output) => expect(judge(open('a botanist'), output).outcome).toBe('refused'))
})
