import { describe, expect, it } from 'vitest'
import { SAMPLING } from '../../../src/runtime/calls/generate.js'
import { refuseUnknownOptions } from '../../../src/runtime/calls/known-options.js'
import { ROWS } from '../../../src/runtime/calls/stream-options.js'
import { TRAIN_LORA } from '../../../src/runtime/calls/train-lora.js'

describe('options of a call', () => {
  it('are taken where all are known', () => {
    expect(() => refuseUnknownOptions('generate', { samples: 2, signal: undefined }, { ...SAMPLING, ...ROWS })).not.toThrow()
  })

  it('are refused with an unknown one, naming it and the one that was meant', () => {
    const options = { learningrate: 1e-4 }
    expect(() => refuseUnknownOptions('trainLora', options as object, TRAIN_LORA)).toThrowError(
      expect.objectContaining({
        code: 'invalid_request',
        message: 'trainLora has no option "learningrate"',
        hint: 'Did you mean learningRate?',
      }),
    )
  })

  it('are listed where nothing is near', () => {
    expect(() => refuseUnknownOptions('generate', { zzzzzzzz: 1 } as object, { ...SAMPLING, ...ROWS })).toThrowError(
      expect.objectContaining({ hint: expect.stringMatching(/^Its options: samples, temperature, /) }),
    )
  })
})
