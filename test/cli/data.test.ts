import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, inject, it } from 'vitest'
import { zodQuestion } from '../../src/data/question/question.js'
import { folderWith } from '../data/temporary-folder.js'

const main = inject('commandLine')
const grait = (...args: string[]) => execa(process.execPath, [main, ...args], { reject: false })

describe('grait data', () => {
  it('prints a JSON line for each question, and nothing else, on stdout', { timeout: 30_000 }, async () => {
    const { stdout, exitCode } = await grait('data', 'atlas', '--limit', '5')
    const questions = stdout.split('\n').map((line) => zodQuestion.parse(JSON.parse(line)))
    expect(exitCode).toBe(0)
    expect(questions).toHaveLength(5)
  })

  it('prints what it reads: its output, read again, prints the same', { timeout: 30_000 }, async () => {
    const dir = folderWith({ 'mmlu/test/law_test.csv': 'Q 1?,a,b,c,d,B\n"Q, 2?",a,b,c,d,A\n' })
    const { stdout } = await grait('data', 'mmlu', '--data', dir, '--split', 'test')
    const again = folderWith({ 'q.jsonl': stdout })
    expect((await grait('data', `jsonl:${join(again, 'q.jsonl')}`)).stdout).toBe(stdout)
    expect(stdout.split('\n')).toHaveLength(2)
  })

  it('ends with status 2 and one clear message where the file is bad', { timeout: 30_000 }, async () => {
    const dir = folderWith({ 'q.jsonl': '{"id": "a", "kind": "oeqa", "question": "Q?", "answers": []}' })
    const { stdout, stderr, exitCode } = await grait('data', `jsonl:${join(dir, 'q.jsonl')}`)
    expect(exitCode).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/q\.jsonl:1: no right answer/)
    expect(stderr).not.toContain('    at ')
  })

  it('says on stderr what it read, and with --summary prints the table, or with --json one document', { timeout: 30_000 }, async () => {
    const dir = folderWith({ 'law_test.csv': 'Q 1?,a,b,c,d,B\nq 1,a,b,c,d,B\n' })
    const lines = await grait('data', 'mmlu', '--data', dir)
    expect(lines.stdout.split('\n')).toHaveLength(2)
    expect(lines.stderr).toContain('2 questions, multiple choice (4 options), 1 subjects, 1 repeated')
    const table = await grait('data', 'mmlu', '--data', dir, '--summary')
    expect(table.stdout).toMatch(/^law +2 +multiple choice +4 +B 100 % +1$/m)
    const document = JSON.parse((await grait('data', 'mmlu', '--data', dir, '--summary', '--json')).stdout) as object
    expect(document).toMatchObject({
      name: 'mmlu',
      split: 'test',
      questions: 2,
      repeated: 1,
      subjects: [{ subject: 'law', answerBalance: { B: 2 } }],
    })
  })

  it('tells what one data set shares with another', { timeout: 30_000 }, async () => {
    const row = '{"id": "x", "kind": "oeqa", "question": "WHAT is the capital of France", "answers": ["Paris"]}'
    const dir = folderWith({ 'q.jsonl': row })
    const { stderr } = await grait('data', `jsonl:${join(dir, 'q.jsonl')}`, '--against', 'atlas')
    expect(stderr).toContain('are also in atlas, such as x (there atlas/capital/FR)')
  })
})
