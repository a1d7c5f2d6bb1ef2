import { describe, expect, it } from 'vitest'
import { givenDataset } from '../../src/data/given-questions.js'
import type { Question } from '../../src/data/question/question.js'

const given = (...questions: unknown[]) => givenDataset('mine', { mine: questions as Question[] })

describe('questions in the memory of a script are read as those of a file:', () => {
  it('labels that options begin with are left out, with a note', () => {
    const dataset = given({ id: 'a', kind: 'mcqa', question: 'Which?', options: ['A. Rome', 'B. Paris'], answer: 1 })
    expect(dataset.questions[0]?.options).toEqual(['Rome', 'Paris'])
    expect(dataset.notes.join()).toContain('script:mine: ')
  })

  it('options under a name that is not read are refused', () => {
    expect(() => given({ id: 'a', question: 'Which?', choices: ['Rome', 'Paris'], answer: 'Paris' })).toThrow(
      /questions\.mine\[0\]: options is missing, and "choices" may hold the options/,
    )
  })

  it('without ids they are numbered', () => {
    const questions = given({ question: 'Capital of Italy?', answers: ['Rome'] }, { question: 'Of France?', answers: ['Paris'] }).questions
    expect(questions.map(({ id }) => id)).toEqual(['1', '2'])
  })
})
