import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/load.js'
import { DEFAULT_MATCHING } from '../../../src/evaluation/judging/aliases/alias.js'
import { type Question, scoreAnswers, scoreCounts, scorePredictions } from '../../../src/index.js'

const questions: Question[] = [
  { id: 'fr', kind: 'oeqa', question: 'What is the capital of France?', answers: ['Paris'] },
  { id: 'it', kind: 'oeqa', question: 'What is the capital of Italy?', answers: ['Rome', 'Roma'] },
  { id: 'no', kind: 'mcqa', question: 'What is the capital of Norway?', options: ['Oslo', 'Bergen'], answer: 0 },
]
const initial = [
  { id: 'fr', output: 'Paris' },
  { id: 'it', output: 'Milan' },
  { id: 'no', output: 'B' },
]
const tuned = [
  { id: 'fr', output: 'Paris.' },
  { id: 'it', output: "I don't know." },
  { id: 'no', output: 'A' },
]
const bootstrap = { resamples: 100, seed: 0 }

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'grait-score-'))
})
afterAll(() => rm(dir, { recursive: true }))

describe('scoring answers in memory', () => {
  it('needs only questions and answers', async () => {
    const { results } = await scoreAnswers({ questions, answers: { tuned }, bootstrap })
    expect(results.rows).toMatchObject([{ method: 'tuned', dataset: 'questions', n: 3, correct: 2, wrong: 0, refused: 1, ths: null }])
  })

  it('says that outputs hold their prompts, which are judged in place of the answers', async () => {
    const echoed = tuned.map(({ id, output }, index) => ({ id, output: `Question: ${questions[index]?.question}\nAnswer: ${output}` }))
    const { notes } = await scoreAnswers({ questions, answers: { echoed, tuned }, bootstrap })
    expect(notes).toEqual([expect.stringMatching(/^echoed: 3 of 3 outputs hold the question itself, the first is that of fr/)])
  })

  it.each([
    'Error: rate limit exceeded',
    'nan',
    'None',
    'null',
    'Traceback (most recent call last):\n  File "x.py"',
    'openai.RateLimitError: Error code: 429',
    'ValueError("no output")',
    'HTTP 503',
    '429 Too Many Requests',
    '<Response [500]>',
    'CUDA out of memory. Tried to allocate 2 GiB',
    '[object Object]',
  ])('says that an output looks like an error of a program: %s', async (output) => {
    const { notes } = await scoreAnswers({
      questions,
      answers: { failed: tuned.map((answer) => (answer.id === 'it' ? { ...answer, output } : answer)) },
      bootstrap,
    })
    expect(notes).toEqual([
      expect.stringMatching(/^failed: 1 of 3 outputs look like errors of a program, the first is ".*" of it; they are judged/),
    ])
  })

  it.each(['Error analysis is what Rome does.', 'None of them', '404 BC', 'The Comedy of Errors', 'Errors: none'])(
    'takes an answer for an answer: %s',
    async (output) => {
      const { notes } = await scoreAnswers({
        questions,
        answers: { told: tuned.map((answer) => (answer.id === 'it' ? { ...answer, output } : answer)) },
        bootstrap,
      })
      expect(notes).toEqual([])
    },
  )

  it('says nothing of an output that is a right answer', async () => {
    const nothing = [{ id: 'py', kind: 'oeqa' as const, question: 'What does a function without return give?', answers: ['None'] }]
    const { notes } = await scoreAnswers({ questions: nothing, answers: { told: [{ id: 'py', output: 'None' }] }, bootstrap })
    expect(notes.filter((note) => note.includes('told'))).toEqual([])
  })

  it('says that risk and coverage are missing where an answer has no confidence; a refusal needs none', async () => {
    const sure = tuned.map((answer, index) => (index === 1 ? answer : { ...answer, confidence: 0.9 }))
    expect((await scoreAnswers({ questions, answers: { sure }, bootstrap })).notes).toEqual([])
    const unsure = sure.map((answer, index) => (index === 2 ? { id: 'no', output: 'A' } : answer))
    expect((await scoreAnswers({ questions, answers: { unsure }, bootstrap })).notes[0]).toMatch(/1 of 2 answers .* no confidence, .* no;/)
  })

  it('reads a JSON list of answers, and names keys that are not read', async () => {
    await writeFile(join(dir, 'q.jsonl'), questions.map((question) => JSON.stringify(question)).join('\n'))
    await writeFile(join(dir, 'list.json'), JSON.stringify(tuned.map((answer) => ({ ...answer, conf: 1, model: 'x' }))))
    const predictions = [{ method: 'tuned', path: join(dir, 'list.json') }]
    const { results, notes } = await scorePredictions({ name: `jsonl:${join(dir, 'q.jsonl')}`, predictions, bootstrap })
    expect([results.rows[0]?.correct, notes]).toEqual([2, [expect.stringMatching(/not read: conf \(is it confidence\?\), model$/)]])
  })

  it('gives what files of the same answers give', async () => {
    const write = async (name: string, lines: readonly unknown[]) => {
      await writeFile(join(dir, name), lines.map((line) => JSON.stringify(line)).join('\n'))
      return join(dir, name)
    }
    const fromFiles = await scorePredictions({
      name: `jsonl:${await write('capitals.jsonl', questions)}`,
      predictions: [{ method: 'tuned', path: await write('tuned.jsonl', tuned) }],
      initial: await write('initial.jsonl', initial),
      bootstrap,
    })
    const { results } = await scoreAnswers({ questions, answers: { tuned }, initial, dataset: 'capitals', bootstrap })
    expect(results).toEqual(fromFiles.results)
  })

  it('judges by the default rules of a configuration', () => {
    expect(parseConfig({ data: { train: 'atlas' } }, () => 'here').evaluation.matching).toBe(DEFAULT_MATCHING)
  })

  it.each([
    ['an answer to no question', { tuned: [{ id: 'xx', output: '' }] }, 'answers of tuned, [0]: no question has the id "xx"'],
    [
      'two answers to one question',
      { tuned: [...tuned, { id: 'fr', output: '' }] },
      'answers of tuned, [3]: question "fr" is answered twice',
    ],
    ['an answer without text', { tuned: [{ id: 'fr' }] }, 'answers of tuned, [0]: output is missing'],
    ['no answers', {}, 'there are no answers to score'],
    ['a method named like the initial model', { 'init-basic': tuned }, 'no method can be called init-basic'],
  ])('refuses %s', async (_, answers, message) => {
    await expect(scoreAnswers({ questions, answers: answers as never })).rejects.toThrow(message)
  })

  it('refuses a question that is none, and one id twice', async () => {
    const bad = [{ id: 'q', kind: 'oeqa', question: 'Why?' }] as never
    await expect(scoreAnswers({ questions: bad, answers: { tuned } })).rejects.toThrow('questions[0]: no right answer')
    await expect(scoreAnswers({ questions: [...questions, ...questions], answers: { tuned } })).rejects.toThrow(
      'was already used in questions[0]',
    )
  })
})

describe('scoring counts in memory', () => {
  it('needs no file, and takes what is left out for 0', async () => {
    const { results } = await scoreCounts({ initial: { correct: 5, wrong: 5 }, methods: { tuned: { correct: 4, wrong: 1, refused: 5 } } })
    expect(results.rows).toMatchObject([
      { method: 'init-basic', n: 10 },
      { method: 'tuned', n: 10, pc: 40, pw: 10, pr: 50, ths: expect.closeTo(30, 9) },
    ])
  })

  it('refuses counts that are no numbers of questions, by name', async () => {
    await expect(scoreCounts({ methods: { tuned: { correct: 0.5, wrong: 1 } } })).rejects.toThrow('counts: methods.tuned.correct')
  })
})
