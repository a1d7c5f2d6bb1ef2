import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadDataset } from '../../../src/data/dataset.js'
import { folderWith, rejection } from '../temporary-folder.js'

const load = (text: string) => loadDataset({ name: `csv:${join(folderWith({ 'q.csv': text }), 'q.csv')}` })

describe('a cell that lost its value', () => {
  it.each(['None', 'N/A', 'n/a', 'NA', 'null', 'NULL', '-', '—'])(
    '%s is no right answer, unless a list says that it is meant',
    async (text) => {
      const failure = await rejection(load(`question,answer\nQ?,x\nR?,${text}\n`))
      expect(failure.message).toContain(`q.csv:3: a cell of answers is ${text}, which stands for a missing value`)
      expect(failure.hint).toContain(`["${text}"]`)
      expect((await load(`question,answer\nQ?,x\nR?,"[""${text}""]"\n`)).questions[1]?.answers).toEqual([text])
      expect((await rejection(load(`question,answer,aliases\nQ?,x,${text}\n`))).message).toContain(`a cell of answers is ${text}`)
    },
  )

  it.each(['Na', 'none', 'Nan Goldin', 'None of these', '-1'])('%s is an answer', async (text) => {
    expect((await load(`question,answer\nQ?,${text}\nR?,x\n`)).questions[0]?.answers).toEqual([text])
  })

  it.each([
    ['########', 'column was too narrow'],
    ['=1+2', 'a formula of a spreadsheet'],
    ['=SUM(A1:A3)', 'a formula of a spreadsheet'],
    ['=B2', 'a formula of a spreadsheet'],
  ])('%s is refused as an answer and as an option', async (text, said) => {
    expect((await rejection(load(`question,answer\nQ?,${text}\n`))).message).toContain(said)
    expect((await rejection(load(`question,A,B,answer\nQ?,x,${text},A\n`))).message).toContain(said)
  })
})

describe('signs in the last option columns', () => {
  it.each(['x,y,-', 'x,y,N/A', 'x,None,None', 'N/A,N/A,N/A'])(
    'are refused, for they may mean that there is no such option: %s',
    async (options) => {
      const failure = await rejection(load(`question,A,B,C,answer\nQ?,x,y,z,C\nR?,${options},A\n`))
      expect(failure.message).toMatch(/q\.csv:3: the last option is .*, which may mean that there is none/)
      expect(failure.hint).toContain('Empty the cells')
    },
  )

  it.each([
    ['×,+,-', 'A'],
    ['x,y,None', 'A'],
    ['N/A,x,y', 'B'],
    ['x,y,N/A', 'N/A'],
  ])('are options where they can be nothing else: %s', async (options, answer) => {
    expect((await load(`question,A,B,C,answer\nQ?,${options},${answer}\n`)).questions[0]?.options).toEqual(options.split(','))
  })
})

describe('rows that a quote has swallowed', () => {
  it.each([
    ['one row, in two columns', 'question,answer\nX?,"Paris\nY?,Rome"\nZ?,Oslo\n'],
    ['from the question on', 'question,answer\n"X?,Paris\nY?",Rome\nZ?,Oslo\n'],
    ['two rows', 'question,answer\nX?,"Paris\nY?,Rome\nW?,Bern"\nZ?,Oslo\n'],
    ['with the answers first', 'answer,question\n"Paris,X?\nRome",Y?\nOslo,Z?\n'],
    ['in the middle of three columns', 'question,answers,subject\nX?,"Paris,a\nY?,Rome",b\nZ?,Oslo,c\n'],
    ['the whole file', 'question,answer\nX?,"Paris\nY?,Rome"\n'],
  ])('are seen: %s', async (_, text) => {
    expect((await rejection(load(text))).message).toMatch(/q\.csv:2: a cell runs over \d lines that look like rows/)
  })

  it.each([
    ['an answer with its country', 'question,answer\nX?,"Paris\nLyon, France"\nZ?,Oslo\n'],
    ['a question in two lines', 'question,answer\n"Is it red, or\nblue?",blue\nZ?,Oslo\n'],
    ['a question that quotes one', 'question,answer,subject\n"He asked: why?\nHer answer, please?",x,y\n'],
  ])('are none in %s', async (_, text) => {
    expect((await load(text)).questions[0]?.kind).toBe('oeqa')
  })
})

describe('a letter that is also the text of another option', () => {
  it('is read as all rows are, and a note says so', async () => {
    const { questions, notes } = await load('question,A,B,C,D,answer\nWhich blood?,O,A,B,AB,B\nQ?,w,x,y,z,D\n')
    expect(questions[0]?.answer).toBe(1)
    expect(notes).toEqual([
      expect.stringMatching(/"B" in line 2 is a letter \(option B\), though it could be an option's text \(option C\)/),
    ])
  })

  it('so is a text among texts', async () => {
    const { questions, notes } = await load('question,A,B,C,D,answer\nWhich blood?,O,A,B,AB,B\nQ?,w,x,y,z,z\n')
    expect(questions.map(({ answer }) => answer)).toEqual([2, 3])
    expect(notes).toEqual([
      expect.stringMatching(/"B" in line 2 is an option's text \(option C\), though it could be a letter \(option B\)/),
    ])
  })
})

it('answers that are all letters up to J are options that are not there', async () => {
  expect((await rejection(load('question,answer\nQ?,F\nR?,J\n'))).message).toContain('every answer is a letter, as options have')
  expect((await load('question,answer\nSymbol of oxygen?,O\nOf nitrogen?,N\n')).questions).toHaveLength(2)
})
