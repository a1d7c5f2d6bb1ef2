import { expect, it } from 'vitest'
import type { FinishedStage } from '../../../src/pipeline/cache/stage-cache.js'
import { ComparisonProgress } from '../../../src/pipeline/comparison/progress.js'
import { fullReporter, type OverallProgress } from '../../../src/pipeline/reporter.js'

const stage = (seconds: number, reused = false): FinishedStage => ({ name: '', key: '', dir: '', reused, seconds })

it('reckons the time left from what was computed, not from what was there already', () => {
  const told: OverallProgress[] = []
  const reporter = { ...fullReporter(), overall: (progress: OverallProgress) => void told.push(progress) }
  const progress = new ComparisonProgress(
    reporter,
    new Map([
      ['tuning', 4],
      ['evaluation/test', 6],
    ]),
  )
  progress.finished('evaluation/test', stage(10))
  progress.finished('evaluation/test', stage(0.01, true))
  progress.finished('tuning', stage(0.01, true))
  expect(progress.secondsLeft()).toBeUndefined()
  progress.finished('tuning', stage(60))
  expect(progress.secondsLeft()).toBe(2 * 60 + 4 * 10)
  progress.dropped('tuning')
  expect(progress.secondsLeft()).toBe(60 + 4 * 10)
  expect(told.map(({ done }) => done)).toEqual([0, 1, 2, 3, 4, 5])
  expect(told.at(-1)).toEqual({ done: 5, total: 10, secondsLeft: 100 })
})
