import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { runSummary } from '../../../src/report/terminal/run-summary.js'
import { sampleReport } from '../sample-report.js'

const data = await sampleReport({ questions: 60, methods: ['grait'], seeds: [1] })
const summary = (width: number, notes: string[] = []) =>
  runSummary(
    {
      dir: 'runs/sample',
      results: data.results,
      selection: (data.tunings[0]?.candidates ?? []).map((candidate, index) => ({ ...candidate, subject: `subject ${index % 3}` })),
      notes,
      moved: [
        {
          movement: 'wrong->refused',
          count: 1,
          examples: [{ question: '東京は どこ ですか '.repeat(8), answer: 'a', before: 'b '.repeat(90), after: '\u001b[31mred' }],
        },
      ],
    },
    width,
  )

describe('the summary of a run', () => {
  it.each([40, 60, 80, 100, 200])('stays within a terminal of %i columns', (width) => {
    for (const line of summary(width).split('\n')) expect(stringWidth(line), line).toBeLessThanOrEqual(width)
  })

  it('is the same in words at every width: narrow terminals lose layout, not figures', () => {
    const figures = (text: string) => text.match(/\d+\.\d \[[−\d., ]+\]/g)
    const narrow = summary(40).replace(/\n/g, ' ')
    for (const figure of figures(summary(200)) ?? []) expect(narrow).toContain(figure)
  })

  it('has the notes for the reader after the results', () => {
    const [note, other] = ['the training set is small', 'it may come from the instruction alone']
    expect(summary(100, [note, other])).toMatch(/Note: the training set is small\.\nNote: it may come from the instruction alone\.\n\n/)
    expect(summary(100)).not.toContain('Note:')
  })

  it('writes no escape codes: neither its own nor those of a model', () => {
    expect(summary(80)).not.toContain('\u001b')
  })
})
