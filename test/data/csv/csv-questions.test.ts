import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadDataset } from '../../../src/data/dataset.js'
import { folderWith } from '../temporary-folder.js'

const questionsOf = async (text: string) => (await loadDataset({ name: `csv:${join(folderWith({ 'q.csv': text }), 'q.csv')}` })).questions

describe('a CSV file of questions', () => {
  it('has its columns named in the first line, in any order and case; others are left out', async () => {
    expect(await questionsOf('Subject,ANSWER,b,a,Question,note\nlaw,B,right,wrong,Q?,mine\n')).toEqual([
      { id: '1', kind: 'mcqa', question: 'Q?', options: ['wrong', 'right'], answer: 1, subject: 'law' },
    ])
  })

  it('has as many options as columns A, B, C, ... are filled', async () => {
    const [two, five] = await questionsOf('id,question,A,B,C,D,E,answer\nx,Q?,1,2,,,,b\ny,R?,1,2,3,4,5,E\n')
    expect([two?.options, two?.answer]).toEqual([['1', '2'], 1])
    expect([five?.options?.length, five?.answer]).toEqual([5, 4])
  })

  it('may give the right option by its text', async () => {
    expect((await questionsOf('question,A,B,answer\nQ?,Rome,Paris,Paris\n'))[0]?.answer).toBe(1)
  })

  it('has every right answer of an open-ended question, | between them', async () => {
    expect(await questionsOf('question,answers,group\nWho?,"Goethe | J. W. von Goethe",faust\nWhat?,42,\n')).toEqual([
      { id: '1', kind: 'oeqa', question: 'Who?', answers: ['Goethe', 'J. W. von Goethe'], group: 'faust' },
      { id: '2', kind: 'oeqa', question: 'What?', answers: ['42'] },
    ])
  })

  it('may mix both kinds', async () => {
    const rows = await questionsOf('question,A,B,answer,answers\nQ?,x,y,A,\nR?,,,,yes|oui\n')
    expect(rows.map(({ kind }) => kind)).toEqual(['mcqa', 'oeqa'])
  })
})
