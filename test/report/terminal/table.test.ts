import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { cut, textTable } from '../../../src/report/terminal/table.js'

const columns = [
  { header: 'name', shrinks: true },
  { header: 'n', align: 'right' as const },
]

describe('a text table', () => {
  it('aligns its columns', () => {
    expect(
      textTable(columns, [
        ['long name', '1'],
        ['x', '100'],
      ]),
    ).toBe(['name         n', '─────────  ───', 'long name    1', 'x          100', ''].join('\n'))
  })

  it('counts columns of the terminal, not characters', () => {
    const lines = textTable(columns, [
      ['東京', '1'],
      ['é', '2'],
    ])
      .trimEnd()
      .split('\n')
    expect(new Set(lines.map((line) => stringWidth(line)))).toEqual(new Set([7]))
  })

  it('cuts a shrinking column where the terminal is narrow', () => {
    expect(textTable(columns, [['a very long name', '1']], 15)).toBe('name          n\n────────────  ─\na very long…  1\n')
  })

  it('becomes blocks where even that is not enough', () => {
    expect(textTable(columns, [['a very long name', '1']], 5)).toBe('name: a very long name\nn: 1\n')
  })

  it('keeps control characters of model output from the terminal', () => {
    expect(textTable(columns, [['a\u001b[2J\nb', '1']])).toContain('a [2J b')
  })

  it('is never wider than asked for, unless it is in blocks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.string({ maxLength: 5 })), { minLength: 1 }),
        fc.integer({ min: 20, max: 80 }),
        (rows, width) => {
          for (const line of textTable(columns, rows, width).split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width)
        },
      ),
    )
  })

  it('cuts between characters', () => {
    expect(cut('👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 5)).toBe('👩‍👩‍👧‍👦👩‍👩‍👧‍👦…')
    expect(cut('abc', 3)).toBe('abc')
  })
})
