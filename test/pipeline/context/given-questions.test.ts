import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../../src/config/load.js'
import { loadDataset } from '../../../src/data/dataset.js'
import type { Question } from '../../../src/data/question/question.js'
import { loadExperimentData } from '../../../src/pipeline/context/experiment-data.js'

const questions = (prefix: string, count: number): Question[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `${prefix}${index}`,
    kind: 'oeqa',
    question: `What is ${prefix} ${index}?`,
    answers: [`${index}`],
  }))

function configOf(train: string, tests: string[] = []) {
  return resolveConfig({ data: { train, tests }, knowledge: { shots: 0 } })
}

describe('questions in the memory of a script', () => {
  it('are the data sets that the configuration names', async () => {
    const given = { mine: questions('m', 5), 'held-out': questions('h', 3) }
    const data = await loadExperimentData(configOf('script:mine', ['script:held-out']), { questions: given })
    expect(data.train).toEqual(given.mine)
    expect(data.tests.map(({ name, questions }) => [name, questions])).toEqual([['held-out', given['held-out']]])
  })

  it('are split as a file is, if no tests are named', async () => {
    const data = await loadExperimentData(configOf('script:mine'), { questions: { mine: questions('m', 40) } })
    expect(data.tests[0]?.name).toBe('mine-test')
    expect(data.train.length + (data.tests[0]?.questions.length ?? 0)).toBeLessThan(41)
  })

  it.each([
    ['a malformed question', { mine: [{ id: 'a', kind: 'oeqa', question: 'What?' } as Question] }, /^questions\.mine\[0\]: .*answers/],
    ['one id twice', { mine: [...questions('m', 1), ...questions('m', 1)] }, /questions\.mine\[1\].*questions\.mine\[0\]/],
    ['none', { mine: [] }, /^questions\.mine holds no questions$/],
    ['a misspelt name', { mein: questions('m', 3) }, /^questions\.mein: the configuration does not use these questions$/],
    ['a name that is not given', {}, /^script:mine: these questions are in the memory of a script$/],
  ])('are refused by name: %s', async (_, given, message) => {
    await expect(loadExperimentData(configOf('script:mine'), { questions: given })).rejects.toMatchObject({
      message: expect.stringMatching(message),
    })
  })

  it('are told where the command line names them', async () => {
    await expect(loadDataset({ name: 'script:mine' })).rejects.toMatchObject({
      code: 'data_not_found',
      message: 'script:mine: these questions are in the memory of a script',
    })
  })
})
