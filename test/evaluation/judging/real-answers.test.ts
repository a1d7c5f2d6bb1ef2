import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadDataset } from '../../../src/data/dataset.js'
import { multipleChoiceCosts, openEndedCosts } from './judging-costs.js'

/** The real files, where GRAIT_DATA names their folder. `npm run bench -- judging` measures all of them. */
const real = process.env['GRAIT_DATA']

describe.skipIf(real === undefined || !existsSync(real))('on real questions, the judge', () => {
  it.each(['nq:dev', 'triviaqa:dev'])('judges every alias of %s right, and at most 1 in 1000 answers of other questions', async (name) => {
    const { questions } = await loadDataset({ name, dir: real as string })
    const { own, missed, others, falseHits } = openEndedCosts(questions.slice(0, 500))
    expect(own).toBeGreaterThan(500)
    expect(missed).toEqual([])
    expect(falseHits.length / others).toBeLessThan(0.001)
  })

  it.each(['mmlu:dev', 'arc-challenge:dev'])('finds every option of %s by letter, text and sentence', async (name) => {
    const { questions } = await loadDataset({ name, dir: real as string })
    const { own, missed, others, falseHits } = multipleChoiceCosts(questions.slice(0, 300))
    expect(own).toBeGreaterThan(1000)
    expect(missed.length / own).toBeLessThan(0.001)
    expect(falseHits.length / others).toBeLessThan(0.001)
  })
})
