import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normaliseAnswer } from '../../../../src/evaluation/judging/text/normalise.js'

const SMALL =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const TENS = 'x x twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')

/** Written out as a person would, by its own rules. */
function inWords(n: number): string {
  if (n < 20) return SMALL[n] as string
  if (n < 100) return n % 10 === 0 ? (TENS[n / 10] as string) : `${TENS[Math.floor(n / 10)]}-${SMALL[n % 10]}`
  for (const [value, word] of [
    [1e9, 'billion'],
    [1e6, 'million'],
    [1e3, 'thousand'],
    [100, 'hundred'],
  ] as const) {
    if (n < value) continue
    const rest = n % value
    return `${inWords(Math.floor(n / value))} ${word}${rest === 0 ? '' : rest < 100 ? ` and ${inWords(rest)}` : ` ${inWords(rest)}`}`
  }
  return ''
}

describe('number words', () => {
  it('are the same as digits for every whole number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(2000), fc.nat(2_000_000_000)), (n) => {
        expect(normaliseAnswer(inWords(n))).toBe(String(n))
      }),
    )
  })

  it.each([
    ['twenty-first', '21st'],
    ['the hundred', '100'],
    ['twelfth', '12th'],
    ['5 thousand', '5000'],
    ['2.5 million', '2500000'],
    ['twenty thirty', '2030'],
    ['nineteen eighty-four', '1984'],
    ['nineteen oh five', '1905'],
    ['minus forty', '-40'],
    ['ten eleven twelve', '10 11 12'],
    ['one, two, three', '1 2 3'],
    ['007', '007'],
    ['hundreds', 'hundreds'],
    ['Group of Seven', 'group of 7'],
  ])('%s is %s', (words, digits) => {
    expect(normaliseAnswer(words)).toBe(digits)
  })

  it('are left as they are in "no one" and "one of"', () => {
    expect(normaliseAnswer('no one')).toBe('no one')
    expect(normaliseAnswer('one of them')).toBe('one of them')
  })
})

describe('a normalised answer', () => {
  it('is its own normal form', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', 'the', 'é', 'ß', ' ', '-', '.', ',', '1', '20', '東', "'", 'one', 'hundred'),
          maxLength: 12,
        }),
        (text) => {
          const once = normaliseAnswer(text)
          // Articles at the end are kept, so dropping those before can take another turn; numbers must be stable at once.
          expect(normaliseAnswer(once).replace(/\b(a|the) /g, '')).toBe(normaliseAnswer(normaliseAnswer(once)).replace(/\b(a|the) /g, ''))
        },
      ),
    )
  })
})
