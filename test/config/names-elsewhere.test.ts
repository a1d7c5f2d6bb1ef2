import { expect, it } from 'vitest'
import { resolveConfig } from '../../src/config/load.js'
import { keyCalledElsewhere, pathsCalledElsewhere } from '../../src/config/names-elsewhere.js'
import { configKeys } from './configuration-doc.js'

it('a key that other trainers know by another name is pointed out by its path', () => {
  const hint = (written: object) => {
    try {
      resolveConfig({ data: { train: 'atlas' }, ...written })
    } catch (error) {
      return (error as { hint?: string }).hint
    }
    return undefined
  }
  expect(hint({ tuning: { lora_r: 8 } })).toBe('Did you mean tuning.lora.rank?')
  expect(hint({ rehearsal: { train: { learning_rate: 1 } } })).toBe('Did you mean rehearsal.train.learningRate?')
  expect(keyCalledElsewhere('learning_rate')).toBe('tuning.train.learningRate')
  expect(keyCalledElsewhere('per-device-train-batch-size')).toBe('tuning.train.batchSize')
  expect(keyCalledElsewhere('constructor')).toBeUndefined()
})

it('every path that is pointed out is a key', () => {
  const keys = configKeys().map(({ key }) => key)
  expect(pathsCalledElsewhere().filter((path) => !keys.some((key) => key === path || key.startsWith(`${path}.`)))).toEqual([])
})
