import { describe, expect, it } from 'vitest'
import { overallText, progressText } from '../../../src/cli/terminal/progress.js'
import { duration } from '../../../src/duration.js'
import { setupStageProgress } from '../../../src/pipeline/context/setup-progress.js'

describe('progress', () => {
  it('tells done of total, the rate and the time left', () => {
    expect(progressText({ done: 120, total: 400, unit: 'questions' }, 100, 50)).toBe('120/400 questions, 2.0/s, 2 min 20 s left')
  })

  it('tells a download in the units that people use', () => {
    const progress = { done: 1.2e9, total: 3.1e9, unit: 'bytes', note: 'downloading hub:tiny/model' }
    expect(progressText(progress, 9e8, 20)).toBe('1.2 GB of 3.1 GB, 45.0 MB/s, 42 s left, downloading hub:tiny/model')
  })

  it('gives no rate before anything was done, and no time left at the end', () => {
    expect(progressText({ done: 5, total: 10, unit: 'steps' }, 0, 3)).toBe('5/10 steps')
    expect(progressText({ done: 10, total: 10, unit: 'steps', note: 'loss 0.5' }, 10, 4)).toBe('10/10 steps, 2.5/s, loss 0.5')
  })

  it('gives no rate and no time left where one piece takes longer than all others', () => {
    const setup = setupStageProgress({ step: 'PyTorch', done: 52, total: 54, detail: 'downloading torch: 120.0 MB of 899.7 MB' })
    expect(progressText(setup, 52, 90)).toBe('52/54 steps, PyTorch: downloading torch: 120.0 MB of 899.7 MB')
  })

  it('puts the whole before the part', () => {
    expect(overallText({ done: 7, total: 26, secondsLeft: 725 })).toBe('[7/26, 12 min 5 s left] ')
    expect(overallText({ done: 1, total: 26 })).toBe('[1/26] ')
    expect(overallText({ done: 26, total: 26, secondsLeft: 0 })).toBe('[26/26] ')
  })

  it('writes durations as a person would', () => {
    expect([0.44, 12.3, 185, 7800].map(duration)).toEqual(['0.4 s', '12 s', '3 min 5 s', '2 h 10 min'])
  })
})
