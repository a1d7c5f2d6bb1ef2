import { describe, expect, it } from 'vitest'
import { knowledgeTable } from '../../../src/report/terminal/knowledge-table.js'

const asked = (subject: string | undefined, correctness: number) => ({ subject, correctness, known: correctness >= 0.5 })

describe('what the model knows', () => {
  it('is told in one line, and by subject, most questions first', () => {
    const text = knowledgeTable([asked('rivers', 1), asked('metals', 0), asked('metals', 0.5), asked('metals', 0.1)], 0.5)
    expect(text).toMatch(/^The model knows 2 of 4 questions \(correctness of at least 0\.5\)\.\n/)
    const rows = text.split('\n').filter((line) => /\d$/.test(line))
    expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
      ['metals', '3', '1', '2', '0.20'],
      ['rivers', '1', '1', '0', '1.00'],
      ['all', '4', '2', '2', '0.40'],
    ])
  })

  it('needs no subjects', () => {
    expect(knowledgeTable([asked(undefined, 1)], 0.5)).toMatch(/knows 1 of 1 question .*\(no subject\) +1 +1 +0 +1\.00/s)
  })
})
