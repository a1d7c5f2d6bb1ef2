import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Results } from '../../src/evaluation/result-rows.js'
import { scorePredictions } from '../../src/pipeline/scoring/score.js'
import { scoreCounts } from '../../src/pipeline/scoring/score-counts.js'
import { folderWith, rejection } from '../data/temporary-folder.js'
import { grait } from './grait-command.js'

const questions = Array.from({ length: 8 }, (_, i) => ({
  id: `q${i}`,
  kind: 'mcqa',
  question: `Question ${i}?`,
  options: ['red', 'green', 'blue'],
  answer: 1,
  subject: i < 2 ? 'small' : 'large',
}))
const lines = (rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
/** B is right; R refuses. */
const outputs = (letters: string, confidence?: (i: number) => number) =>
  lines(
    [...letters].map((letter, i) => ({
      id: `q${i}`,
      output: letter === 'R' ? "I don't know." : letter,
      ...(confidence && { confidence: confidence(i) }),
    })),
  )
const folder = (files: Record<string, string> = {}) =>
  folderWith({
    'q.jsonl': lines(questions),
    'initial.jsonl': outputs('BBBAAAAC'),
    'm.jsonl': outputs('BRBRRAAB', (i) => 1 - i / 10),
    ...files,
  })
const SCORE = ['score', '--dataset', 'jsonl:q.jsonl', '--predictions', 'm.jsonl', '--initial', 'initial.jsonl']

describe('grait score', { timeout: 60_000 }, () => {
  it('--json prints results in the shape of results.json: measures, macro means, refusals, the risk-coverage curve', async () => {
    const { stdout, stderr, exitCode } = await grait([...SCORE, '--json'], folder())
    expect([exitCode, stderr]).toEqual([0, ''])
    const { rows, summary, comparisons } = JSON.parse(stdout) as Results
    expect(rows.map(({ method, dataset, n, correct, wrong, refused, ths }) => [method, dataset, n, correct, wrong, refused, ths])).toEqual([
      ['init-basic', 'q', 8, 3, 5, 0, 0],
      // Pc 37.5, Pw 25: 37.5 - 25 * 37.5 / 62.5 = 22.5
      ['m', 'q', 8, 3, 2, 3, 22.5],
    ])
    // small: 1 right, 1 refused; large: 2 right, 2 wrong, 2 refused of 6. Initially small 2 right; large 1 right, 5 wrong.
    // THS over subjects: Pc (50 + 33.3) / 2, Pw (0 + 33.3) / 2; initially Pc (100 + 16.7) / 2, Pw (0 + 83.3) / 2.
    expect(rows[1]?.bySubject).toMatchObject({ pc: expect.closeTo(125 / 3, 8), pw: expect.closeTo(50 / 3, 8), subjects: 2 })
    expect(rows[1]?.bySubject?.ths).toBeCloseTo(125 / 3 - ((50 / 3) * (350 / 6)) / (250 / 6), 8)
    expect(rows[1]?.refusal).toEqual({
      overRefusal: expect.closeTo(100 / 3, 8),
      hallucinationLeft: 40,
      refusalPrecision: expect.closeTo(200 / 3, 8),
      refusalRecall: 40,
    })
    expect(rows[1]?.riskCoverage).toMatchObject({ coverage: 62.5, risk: 40 })
    expect(rows[0]?.riskCoverage).toBeUndefined()
    expect(summary).toHaveLength(2)
    expect(comparisons).toMatchObject([{ a: 'm', b: 'init-basic', dataset: 'q', difference: expect.closeTo(22.5, 8) }])
    expect(comparisons[0]?.p).toBeGreaterThan(0)
  })

  it('refuses below a threshold that was set elsewhere, and says so where it cannot', async () => {
    const { stdout } = await grait([...SCORE, '--threshold', '0.65', '--json'], folder())
    const { rows } = JSON.parse(stdout) as Results
    // Confidences 1, 0.9, ... 0.3: of the answers B B A A B, the last two and the A before them are not above 0.65 (q5, q6, q7).
    expect(rows[1]?.atThreshold).toMatchObject({ threshold: 0.65, pc: 25, pw: 0, pr: 75, ths: 25 })
    expect(rows[0]?.atThreshold).toBeUndefined()
    const { stdout: table } = await grait([...SCORE, '--threshold', 'm=0.65'], folder())
    expect(table).toMatch(/^m\b[\s\S]*^THS at threshold: 25\.0$/m)
    const wrong = async (...more: string[]) => {
      const { stderr, exitCode } = await grait([...SCORE, ...more], folder())
      return `${exitCode}: ${stderr.split('\n')[0]}`
    }
    expect(await wrong('--threshold', 'other=1')).toMatch(/^2: .*threshold for "other", and no answers of it/)
    expect(await wrong('--threshold', 'm=low')).toMatch(/^2: .*m=low: not a number/)
    expect(await wrong('--threshold', 'init-basic=0.5')).toMatch(/^2: .*init-basic has a threshold, and its answer to q0 has no confidence/)
  })

  it('prints tables, gives every command the same bytes twice, and compares several methods', async () => {
    const dir = folder({ 'other.jsonl': outputs('BBBBRRRR') })
    const args = [...SCORE, '--predictions', 'better=other.jsonl']
    const [first, second] = [await grait(args, dir), await grait(args, dir)]
    expect(first.stdout).toBe(second.stdout)
    expect(first.stdout).toMatch(/better {2,}50\.0 \[/)
    expect(first.stdout).toMatch(/better against m: THS \+27\.5 \[.*\], p = 0\.\d+/)
    expect(first.stdout).toMatch(/over-refusal % .*AURC %/)
  })

  it('judges in the language that is configured', async () => {
    const dir = folder({ 'fr.jsonl': lines(questions.map(({ id }) => ({ id, output: 'Je ne sais pas.' }))) })
    const args = ['score', '--dataset', 'jsonl:q.jsonl', '--predictions', 'fr.jsonl', '--json']
    const refused = async (...more: string[]) => (JSON.parse((await grait([...args, ...more], dir)).stdout) as Results).rows[0]?.refused
    expect(await refused()).toBe(0)
    expect(await refused('--set', 'prompts.refusalPhrases=[Je ne sais pas]')).toBe(8)
  })

  it('says how many questions have no prediction; they are unparseable, or left out', async () => {
    const dir = folder({ 'm.jsonl': outputs('BRB') })
    const counted = await grait([...SCORE, '--json'], dir)
    expect(counted.stderr).toContain('m.jsonl: 5 of 8 questions have no prediction, the first is q3; they count as unparseable')
    expect((JSON.parse(counted.stdout) as Results).rows[1]).toMatchObject({ n: 8, correct: 2, refused: 1, unparseable: 5 })
    const left = await grait([...SCORE, '--json', '--skip-missing'], dir)
    expect((JSON.parse(left.stdout) as Results).rows.map(({ n }) => n)).toEqual([3, 3])
    expect(left.stderr).toContain('they are left out')
  })

  it.each([
    ['a malformed line', `${outputs('B')}{"id": "q1", `, /m\.jsonl:2: not valid JSON/],
    ['an id that no question has', lines([{ id: 'q11', output: 'B' }]), /m\.jsonl:1: no question has the id "q11"/],
    [
      'an id twice',
      lines([
        { id: 'q1', output: 'B' },
        { id: 'q1', output: 'A' },
      ]),
      /m\.jsonl:2: the id "q1" was already used in line 1/,
    ],
    ['no id', lines([{ output: 'B' }]), /m\.jsonl:1: id is missing/],
    ['no output', lines([{ id: 'q1', text: 'B' }]), /m\.jsonl:1: output is missing/],
    ['an output that is no text', lines([{ id: 'q1', output: 2 }]), /m\.jsonl:1: output is no text; it must be the text/],
    ['an output that is null', lines([{ id: 'q1', output: null }]), /m\.jsonl:1: output is null; it must be the text/],
    ['NaN', '{"id": "q1", "output": "B", "confidence": NaN}', /m\.jsonl:1: not valid JSON/],
    [
      'a confidence in quotes',
      lines([{ id: 'q1', output: 'B', confidence: '0.9' }]),
      /m\.jsonl:1: confidence is a text; it must be a number/,
    ],
    ['no samples', lines([{ id: 'q1', output: 'B', samples: [] }]), /m\.jsonl:1: samples is empty/],
    ['log-probabilities', lines([{ id: 'q1', output: 'B', probabilities: [-1, -2, -3] }]), /m\.jsonl:1: .* negative: .* write exp of each/],
    ['percentages', lines([{ id: 'q1', output: 'B', probabilities: [10, 20, 70] }]), /m\.jsonl:1: .* greater than 1: .* percentages/],
    [
      'probabilities of more than 1 together',
      lines([{ id: 'q1', output: 'B', probabilities: [0.5, 0.5, 0.5] }]),
      /m\.jsonl:1: .* add up to 1\.50/,
    ],
    ['a probability too few', lines([{ id: 'q1', output: 'B', probabilities: [0.5, 0.5] }]), /m\.jsonl:1: 2 probabilities for 3 options/],
    ['a key twice', '{"id": "q1", "output": "A", "output": "B"}', /m\.jsonl:1: the key "output" stands twice/],
    ['a misspelt key', lines([{ id: 'q1', output: 'B', confidance: 0.9 }]), /m\.jsonl:1: "confidance" is not read/],
    ['a bad record of a list', '[{"id": "q1", "output": "B"}, {"id": "q2"}]', /m\.jsonl, record 2: output is missing/],
    ['nothing', '', /m\.jsonl: holds no predictions/],
  ])('refuses predictions with %s, naming file and line', async (_, content, said) => {
    const dir = folder({ 'm.jsonl': content })
    const predictions = [{ method: 'm', path: join(dir, 'm.jsonl') }]
    const judging = { refusalPhrases: [], matching: 'words' } as const
    const failure = await rejection(scorePredictions({ name: `jsonl:${join(dir, 'q.jsonl')}`, predictions, judging, bootstrap: {} }))
    expect(failure).toMatchObject({ code: 'data_invalid', message: expect.stringMatching(said) })
    expect(failure.hint).toBeTruthy()
  })

  it('ends with status 2 and one clear message where predictions are bad', async () => {
    const { exitCode, stdout, stderr } = await grait(SCORE, folder({ 'm.jsonl': '{"id": "q1", ' }))
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/m\.jsonl:1: not valid JSON/)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  it('refuses to be asked for nothing, or for two things', async () => {
    expect(await grait(['score'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('needs --dataset and --predictions') })
    expect(await grait([...SCORE, '--counts', 'c.json'], folder())).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--counts does not go with --dataset'),
    })
  })
})

describe('scoring a sample', () => {
  it('takes a file that answers all questions, and counts those of the sample', async () => {
    const dir = folder()
    const request = { name: `jsonl:${join(dir, 'q.jsonl')}`, predictions: [{ method: 'm', path: join(dir, 'm.jsonl') }], limit: 4 }
    const { results, notes } = await scorePredictions(request)
    expect(results.rows).toMatchObject([{ method: 'm', n: 4 }])
    expect(notes).toEqual([])
    const other = folder({ 'm.jsonl': lines([{ id: 'q99', output: 'B' }]) })
    await expect(scorePredictions({ ...request, predictions: [{ method: 'm', path: join(other, 'm.jsonl') }] })).rejects.toThrow(
      /no question has the id "q99"/,
    )
  })
})

describe('grait score --counts', { timeout: 60_000 }, () => {
  it.each([
    [668, 331, 639, 216, 20.3],
    [806, 195, 741, 127, 21.6],
  ])('reproduces published pairs: initial %i/%i, method %i/%i of a thousand -> THS %f', async (c1, w1, c2, w2, ths) => {
    const counts = (correct: number, wrong: number) => ({ correct, wrong, refused: Math.max(0, 1000 - correct - wrong), unparseable: 0 })
    const file = JSON.stringify({ initial: counts(c1, w1), methods: { published: counts(c2, w2) } })
    // Editors of some systems write a byte order mark.
    const { rows } = (await scoreCounts(join(folderWith({ 'c.json': `\ufeff${file}` }), 'c.json'), {})).results
    expect(rows.map(({ method }) => method)).toEqual(['init-basic', 'published'])
    expect(rows[1]?.ths).toBeCloseTo(ths, 1)
    expect(rows[1]?.interval.ths?.[0]).toBeLessThan(ths)
    expect(rows[1]?.interval.ths?.[1]).toBeGreaterThan(ths)
  })

  it.each([
    ['no JSON', '{', /c\.json: not valid JSON/],
    ['a negative count', '{"methods": {"m": {"correct": -1, "wrong": 1}}}', /c\.json: methods\.m\.correct: /],
    ['a share instead of a count', '{"methods": {"m": {"correct": 66.8, "wrong": 33.1}}}', /methods\.m\.correct: must be a whole number/],
    ['no answers', '{"methods": {"m": {"correct": 0, "wrong": 0}}}', /methods\.m: counts no answer/],
    [
      'two methods of one name',
      '{"methods": {"m": {"correct": 1, "wrong": 1},\n "m": {"correct": 2, "wrong": 1}}}',
      /c\.json:2: a name stands there twice/,
    ],
    ['an unknown key', '{"methods": {"m": {"right": 1, "wrong": 0}}}', /methods\.m/],
  ])('refuses %s', async (_, content, said) => {
    const failure = await rejection(scoreCounts(join(folderWith({ 'c.json': content }), 'c.json'), {}))
    expect(failure).toMatchObject({ code: 'data_invalid', message: expect.stringMatching(said) })
  })

  it('is a command', async () => {
    const file = '{"initial": {"correct": 668, "wrong": 331}, "methods": {"m": {"correct": 639, "wrong": 216, "refused": 144}}}'
    const { stdout, exitCode } = await grait(['score', '--counts', 'c.json', '--json'], folderWith({ 'c.json': file }))
    expect(exitCode).toBe(0)
    expect((JSON.parse(stdout) as Results).rows.map(({ method, n }) => [method, n])).toEqual([
      ['init-basic', 999],
      ['m', 999],
    ])
  })

  it('has no THS without the initial model, and says so', async () => {
    const { stdout } = await grait(
      ['score', '--counts', 'c.json'],
      folderWith({ 'c.json': '{"methods": {"m": {"correct": 5, "wrong": 5}}}' }),
    )
    expect(stdout).toContain('m: no THS')
  })
})
