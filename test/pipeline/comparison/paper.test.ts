import { expect, it } from 'vitest'
import { scaledCounts } from '../../../src/pipeline/comparison/paper.js'

it('a limit scales the training questions in the paper’s proportion', () => {
  expect(scaledCounts('mcqa', 14_042)).toEqual({ known: 4000, unknown: 1000 })
  expect(scaledCounts('mcqa', 60)).toEqual({ known: 17, unknown: 4 })
  expect(scaledCounts('oeqa', 60)).toEqual({ known: 48, unknown: 12 })
  expect(scaledCounts('oeqa', 20_000)).toEqual({ known: 8000, unknown: 2000 })
  expect(scaledCounts('mcqa', 1)).toEqual({ known: 1, unknown: 1 })
})
