import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadDataset } from '../../src/data/dataset.js'
import { folderWith, rejection } from './temporary-folder.js'

const csv = (text: string) => loadDataset({ name: `csv:${join(folderWith({ 'q.csv': text }), 'q.csv')}` })
const records = (...rows: object[]) => {
  const text = rows.map((row, index) => JSON.stringify({ id: `q${index}`, question: `Q${index}?`, ...row })).join('\n')
  return loadDataset({ name: `jsonl:${join(folderWith({ 'q.jsonl': text }), 'q.jsonl')}` })
}
const THREE = ['Rome', 'Paris', 'Oslo']

describe('a key that says which of the answers is right is not left out, for all of them would count', () => {
  it.each([
    [{ correct: 1 }],
    [{ label: 0 }],
    [{ answer_index: '3' }],
    [{ gold: 'B' }],
    [{ target: 'Paris' }],
    [{ correct: [1] }],
    [{ answer: 1 }],
    [{ scores: [0, 1, 0] }],
    [{ labels: [false, true, false] }],
    [{ is_correct: ['no', 'yes', 'no'] }],
    [{ whatever: [0, 1, 0] }],
    [{ scores: [0.1, 0.8, 0.1] }],
    [{ confidence: [0.1, 0.8, 0.1] }],
    [{ is_correct: { Rome: false, Paris: true, Oslo: false } }],
    [{ correct_answers_idx: [1] }],
    [{ kind: 'oeqa', labels: [0, 1, 0] }],
  ])('%j', async (marks) => {
    const failure = await rejection(records({ answers: THREE, ...marks }))
    expect(failure.message).toContain(`q.jsonl:1: "${Object.keys(marks).at(-1)}" may say which of "answers" is right`)
    expect(failure.hint).toContain('Keep only right texts in "answers"')
  })

  it('nor one that calls the only answer wrong', async () => {
    expect((await rejection(records({ answers: ['Rome'], is_correct: false }))).message).toContain('"is_correct" may say')
  })

  it.each([
    [{ labels: [1, 1, 1] }],
    [{ target: 'Rome' }],
    [{ label: 7 }],
    [{ answer_start: [515, 20, 3] }],
    [{ is_correct: true }],
    [{ level: 1 }],
    [{ tags: ['a', 'b', 'c'] }],
  ])('%j says no such thing', async (fields) => {
    expect((await records({ answers: THREE, ...fields })).questions[0]?.answers).toEqual(THREE)
  })

  it.each([
    ['question,answers,label\nQ?,Rome|Paris,1\n', '"label" is not read, and may say which'],
    ['question,answers,scores\nQ?,Rome|Paris,"[0, 1]"\n', '"scores" is not read, and may say which'],
    ['question,answers,mask\nQ?,Rome|Paris,"0,1"\n', '"mask" is not read, and may say which'],
    ['question,answers,answer\nQ?,Rome|Paris,1\n', '"answer" is 1, which may say which of "answers"'],
    ['question,answers,correct\nQ?,Rome|Paris,B\n', '"answer" is B, which may say which of "answers"'],
  ])('in a CSV file too: %j', async (text, said) => {
    expect((await rejection(csv(text))).message).toContain(said)
  })
})

describe('answers that are labelled as options are', () => {
  it('are refused with the way out', async () => {
    const answers = ['A) Rome', 'B) Paris', 'C) Oslo']
    for (const failure of [await rejection(records({ answers })), await rejection(csv(`question,answers\nQ?,${answers.join('|')}\n`))]) {
      expect(failure.message).toContain('the answers are labelled as options are, as in "A) Rome"')
      expect(failure.hint).toMatch(/leave the labels out\. If they are options, write them as/)
    }
  })

  it('so is a file in which every answer begins with a letter', async () => {
    expect((await rejection(csv('question,answer\nQ?,A) Rome\nR?,B) Oslo\n'))).message).toContain('every answer begins with a letter')
    expect((await csv('question,answer\nQ?,A. Einstein\nR?,B. Russell\n')).notes).toEqual([])
  })

  it('are none where the labels follow no order', async () => {
    expect((await records({ answers: ['C. Chaplin', 'Charlie Chaplin'] })).notes).toEqual([])
  })
})

describe('a question has options or answers, not both', () => {
  it.each([
    [{ kind: 'oeqa', options: ['x', 'y'], answers: ['y'] }, 'kind is "oeqa", and the question has "options" beside "answers"'],
    [{ kind: 'mcqa', options: ['x', 'y'], answer: 1, answers: ['y'] }, 'kind is "mcqa", and the question has "options" beside "answers"'],
  ])('%j', async (row, said) => expect((await rejection(records(row))).message).toContain(said))

  it('where the other list is empty it has none', async () => {
    expect((await records({ kind: 'oeqa', options: [], answers: ['y'] })).questions).toHaveLength(1)
  })
})

describe('two names for the right option', () => {
  const options = ['Paris', 'Rome', 'Oslo']

  it.each([
    [{ correct_answer: 'Rome' }],
    [{ answer_text: 'ROME' }],
    [{ answerKey: 'B' }],
    [{ correct: 'B. Rome' }],
    [{ label: 3 }],
    [{ labels: [0, 1, 0] }],
    [{ gold: ['Rome'] }],
    [{ correct: 'option B' }],
    [{ correct_answer: 'Lyon' }],
  ])('that disagree are refused: %j beside the first', async (other) => {
    const failure = await rejection(records({ options, answer: 0, ...other }))
    expect(failure.message).toContain(`"answer" is 0, option A, and "${Object.keys(other)[0]}" calls something else right`)
  })

  it.each([
    [{ correct_answer: 'paris' }],
    [{ answerKey: 'A' }],
    [{ correct_answer: 'It is Paris.' }],
    [{ label: 0 }],
    [{ label: 1 }],
    [{ labels: [1, 0, 0] }],
    [{ answer_text: 'It is old.' }],
  ])('that agree, or say something else, are read: %j', async (other) =>
    expect((await records({ options, answer: 0, ...other })).questions[0]?.answer).toBe(0),
  )

  it('are compared in a CSV file too', async () => {
    expect((await rejection(csv('question,A,B,answer,answer_text\nQ?,Rome,Paris,A,Rome\nR?,Rome,Paris,B,Rome\n'))).message).toMatch(
      /q\.csv:3: "answer" calls option B right, and "answer_text" something else/,
    )
  })
})

describe('one text that may hold several right answers', () => {
  it.each(['Paris|Lutetia', 'Paris; Lutetia', 'Paris;Lutetia', 'Paris / Lutetia', 'Paris\nLutetia'])(
    '%j is named in a note',
    async (text) => {
      expect((await records({ answers: [text] })).notes).toEqual([expect.stringContaining('is one text: several are a list of texts')])
    },
  )

  it('so are commas in many of them, in records and in a column of a plural name', async () => {
    const said = [expect.stringMatching(/one text/)]
    expect((await records({ answers: ['Rob, Robert'] }, { answers: ['Bill, William'] })).notes).toEqual(said)
    expect((await csv('question,answer,aliases\nQ?,Bob,"Rob, Robert"\nR?,Will,"Bill, William"\n')).notes).toEqual(said)
    expect((await csv('question,answers\nQ?,"Rob, Robert"\nR?,"Bill, William"\n')).notes).toEqual(said)
  })

  it('a comma here and there, a formula, or a file that has lists says no such thing', async () => {
    expect((await csv('question,answers\nQ?,"Washington, D.C."\nR?,Rome\n')).notes).toEqual([])
    expect((await csv('question,answer\nQ?,"Paris, France"\nR?,"Rome, Italy"\n')).notes).toEqual([])
    expect((await records({ answers: ['P(A|B)'] }, { answers: ['1,000'] })).notes).toEqual([])
    expect((await records({ answers: ['a; b'] }, { answers: ['c', 'd'] })).notes).toEqual([])
  })
})

describe('right answers that are read as they stand', () => {
  it.each([
    ['<b>Paris</b>', 'holds signs of HTML'],
    ['AT&amp;T', 'holds signs of HTML'],
    ['1.20E+05', 'made of a date or a number'],
    ['03-Apr', 'made of a date or a number'],
    ['20-Jul-69', 'made of a date or a number'],
    ['1969-07-20 00:00:00', 'made of a date or a number'],
    ['1912.0', 'made of a date or a number'],
  ])('%s: a note says so', async (text, said) => {
    const note = [expect.stringContaining(said)]
    expect((await csv(`question,answers\nQ?,${text}\nR?,x\n`)).notes).toEqual(note)
    expect((await records({ answers: [text] })).notes).toEqual(note)
  })

  it.each(['None', 'N/A', '=1+2', '########'])('in records, so does one for %s', async (text) => {
    expect((await records({ answers: [text] })).notes).toEqual([expect.stringContaining('it is read as it stands')])
  })

  it.each(['<b>', 'x < y', 'Na', 'none', '1.2e5', 'E = mc2', '= (equals sign)', '# hash'])('%s is as good as any', async (text) => {
    expect((await csv(`question,answers\nQ?,${text}\nR?,x\n`)).notes).toEqual([])
  })
})
