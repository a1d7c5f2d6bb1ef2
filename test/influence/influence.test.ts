import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FeatureBlock } from '../../src/influence/feature-block.js'
import { influences } from '../../src/influence/influence.js'
import { refusalWeights } from '../../src/influence/weights.js'

/** Rows cut into blocks of `size`. */
function blocks(rows: [string, number[]][], size = 1000): FeatureBlock[] {
  const dim = rows[0]?.[1].length ?? 0
  const made: FeatureBlock[] = []
  for (let start = 0; start < rows.length; start += size) {
    const part = rows.slice(start, start + size)
    made.push({ ids: part.map(([id]) => id), rows: Float32Array.from(part.flatMap(([, row]) => row)), dim })
  }
  return made
}

const isKnown = (id: string) => id.startsWith('k')

describe('influences', () => {
  it('are products with the means of the two groups', async () => {
    // D_idk: u1 = (1, 0), u2 = (0, 1), mean (0.5, 0.5); D_ik: k1 = (1, 0), mean (1, 0); gold: k1 = (0.6, 0.8)
    const refusals = blocks([
      ['u1', [1, 0]],
      ['k1', [1, 0]],
      ['u2', [0, 1]],
    ])
    const found = await influences({ refusals: () => refusals, golds: () => blocks([['k1', [0.6, 0.8]]]), isKnown })
    expect(found).toEqual([
      { id: 'u1', refusalInfluence: 0.5, overRefusalInfluence: 1, stabilityInfluence: expect.closeTo(0.6, 6) },
      { id: 'u2', refusalInfluence: 0.5, overRefusalInfluence: 0, stabilityInfluence: expect.closeTo(0.8, 6) },
    ])
  })

  it('are what weights are made of', async () => {
    const refusals = blocks([
      ['u1', [1, 0]],
      ['k1', [1, 0]],
      ['u2', [0, 1]],
    ])
    const found = await influences({ refusals: () => refusals, isKnown })
    const [first, second] = refusalWeights(found, { kind: 'purpose', temperature: 1, mean: 1 }) as [number, number]
    expect(second / first).toBeCloseTo(Math.E, 12)
  })

  it('take rows one by one as they are streamed', async () => {
    const refusals = [
      { id: 'u1', feature: Float32Array.of(1, 0) },
      { id: 'k1', feature: Float32Array.of(0.6, 0.8) },
    ]
    const found = await influences({ refusals: () => refusals, isKnown })
    expect(found).toMatchObject([{ id: 'u1', refusalInfluence: 1, overRefusalInfluence: expect.closeTo(0.6, 6) }])
  })

  it('refuse rows that cannot be read again, instead of finding nothing', async () => {
    const rows = blocks([
      ['u', [1]],
      ['k', [1]],
    ])
    const once = rows.values()
    await expect(influences({ refusals: () => once, isKnown })).rejects.toMatchObject({
      code: 'invalid_request',
      message: 'refusals() gave 2 rows when it was opened first, and 0 when it was opened again',
    })
  })

  it('refuse two rows of one id', async () => {
    const rows = blocks([
      ['u', [1]],
      ['k', [1]],
      ['u', [1]],
    ])
    await expect(influences({ refusals: () => rows, isKnown })).rejects.toThrow('two rows of features have the id "u"')
  })

  it('have no stability where no gradients of gold answers are given', async () => {
    const found = await influences({
      refusals: () =>
        blocks([
          ['u', [1]],
          ['k', [1]],
        ]),
      isKnown,
    })
    expect(found).toMatchObject([{ stabilityInfluence: null }])
  })

  it('agree with the N x N matrix of the published code, however the rows are cut into blocks', async () => {
    const row = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
    const rows = fc.tuple(fc.array(row, { minLength: 1, maxLength: 12 }), fc.array(row, { minLength: 1, maxLength: 12 }))
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 5 }), async ([unknown, known], size) => {
        const named: [string, number[]][] = [
          ...unknown.map((values, i): [string, number[]] => [`u${i}`, values]),
          ...known.map((values, i): [string, number[]] => [`k${i}`, values]),
        ]
        const found = await influences({ refusals: () => blocks(named, size), isKnown })
        const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + Math.fround(value) * Math.fround(b[i] as number), 0)
        const meanDot = (a: number[], group: number[][]) => group.reduce((sum, b) => sum + dot(a, b), 0) / group.length
        expect(found.map(({ id }) => id)).toEqual(unknown.map((_, i) => `u${i}`))
        for (const [i, values] of unknown.entries()) {
          expect(found[i]?.refusalInfluence).toBeCloseTo(meanDot(values, unknown), 12)
          expect(found[i]?.overRefusalInfluence).toBeCloseTo(meanDot(values, known), 12)
        }
      }),
    )
  })

  it('say which group has no features', async () => {
    await expect(influences({ refusals: () => blocks([['u', [1]]]), isKnown })).rejects.toMatchObject({
      code: 'empty_group',
      message: expect.stringContaining('refusals of the known questions'),
    })
    await expect(influences({ refusals: () => blocks([['k', [1]]]), isKnown })).rejects.toThrow(/refusals of the unknown questions/)
  })

  it('refuse features of different lengths', async () => {
    const long = blocks([['u', [1, 0]]])
    const short = blocks([['k', [1]]])
    const cases = [
      [...long, ...short],
      [...long, ...short, ...blocks([['u2', [1]]])],
    ]
    for (const mixed of cases) await expect(influences({ refusals: () => mixed, isKnown })).rejects.toMatchObject({ code: 'data_invalid' })
    const refusals = () => [...long, ...blocks([['k', [1, 0]]])]
    await expect(influences({ refusals, golds: () => short, isKnown })).rejects.toMatchObject({ code: 'data_invalid' })
  })

  it('let the event loop turn and stop when asked', async () => {
    const dim = 2 ** 14
    const rows = new Float32Array(64 * dim)
    async function* many(): AsyncGenerator<FeatureBlock> {
      for (let i = 0; i < 500; i++) yield { ids: Array.from({ length: 64 }, (_, row) => `u${i}-${row}`), rows, dim }
    }
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 20)
    await expect(influences({ refusals: many, isKnown, signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' })
  })
})
