import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findingsPlots, findingsWithTables } from '../../studies/findings.js'
import { type Figure, keptFigures, keptPairs } from '../../studies/kept-figures.js'
import { pairTable } from '../../studies/pair-table.js'
import { studyTable } from '../../studies/study-table.js'

const DOCS = new URL('../../docs/', import.meta.url)

const figure = (given: Partial<Figure>): Figure => ({
  study: 'selection',
  arm: 'plain',
  method: 'grait',
  seed: 1,
  dataset: 'atlas-validation',
  n: 200,
  pc: 40,
  pw: 30,
  pr: 30,
  ths: 20,
  dtype: 'float32',
  machine: 'a machine',
  ...given,
})

describe('the table of a study', () => {
  it('has means over seeds, and the sample standard deviation of THS', () => {
    const table = studyTable([
      figure({ seed: 1, pc: 40, ths: 20 }),
      figure({ seed: 2, pc: 42, ths: 23 }),
      figure({ seed: 3, pc: 44, ths: 26 }),
    ])
    expect(
      table
        .split('\n')[2]
        ?.split('|')
        .map((cell) => cell.trim()),
    ).toEqual(['', 'plain', 'grait', '3', '42.0', '30.0', '30.0', '23.0 ± 3.0', ''])
  })

  it('shows the initial model once, whatever the number of arms', () => {
    const initial = (arm: string) => figure({ arm, method: 'init-basic', ths: 0 })
    const table = studyTable([initial('a'), figure({ arm: 'a' }), initial('b'), figure({ arm: 'b' })])
    expect(table.match(/init-basic/g)).toHaveLength(1)
    expect(table).toMatch(/init-basic \| +1 \| .* 0\.0 \|/)
    expect(table).not.toContain('0.0 ± 0.0')
    expect(table.match(/grait/g)).toHaveLength(2)
  })
})

describe('the table of differences', () => {
  it('tells how far the reference lies above each method, with interval and p', () => {
    const pair = {
      study: 'test',
      arm: '',
      reference: 'ours',
      method: 'theirs',
      seeds: [1, 2],
      dataset: 'atlas-test',
      difference: 2.5,
      interval: [-0.5, 5.25] as [number, number],
      p: 0.0004,
      dtype: 'float32',
    }
    const cells = pairTable([pair, { ...pair, difference: -1, interval: null, p: null }]).split('\n')
    expect(cells[2]?.split('|').map((cell) => cell.trim())).toEqual(['', 'ours less theirs', '2', '+2.5', '−0.5 to +5.3', '< 0.001', ''])
    expect(cells[3]?.split('|').map((cell) => cell.trim())).toEqual(['', 'ours less theirs', '2', '−1.0', '-', '-', ''])
  })
})

describe('the page of findings', () => {
  it('gets the tables of the figures of each study and dtype, and keeps its prose', () => {
    const page = 'Before.\n\n<!-- study: selection float32 -->\nold\n<!-- /study -->\n\nAfter.\n'
    const made = findingsWithTables(page, [figure({ ths: 21.5 }), figure({ dtype: 'bfloat16', ths: 99 })], [])
    expect(made).toMatch(/^Before\.\n\n<!-- study: selection float32 -->\n\| arm[\s\S]* 21\.5 \|\n+<!-- \/study -->\n\nAfter\.\n$/)
    expect(made).not.toContain('99')
    expect(findingsWithTables(made, [figure({ ths: 21.5 })], [])).toBe(made)
  })

  it('has the tables that the kept figures give', () => {
    const page = readFileSync(new URL('findings.md', DOCS), 'utf8')
    expect(page).toMatch(/<!-- study: \w/)
    expect(findingsWithTables(page, keptFigures(), keptPairs())).toBe(page)
  })

  it('has the plots that the kept figures give', async () => {
    const page = readFileSync(new URL('findings.md', DOCS), 'utf8')
    const plots = await findingsPlots(page, keptFigures())
    expect(plots.size).toBeGreaterThan(0)
    for (const [file, drawing] of plots) expect(readFileSync(new URL(file, DOCS), 'utf8')).toBe(drawing)
  })

  it('refuses a table without figures, by its name', () => {
    const page = '<!-- study: nothing float32 -->\n<!-- /study -->'
    expect(() => findingsWithTables(page, [figure({})], [])).toThrow(/nothing is kept for "study: nothing float32"/)
  })
})
