import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSession } from '../../src/repl/session.js'
import { folderWith } from '../data/temporary-folder.js'

describe('a prompt on the folder of a run', () => {
  it('asks which tuned model of a comparison is meant, before Python is started', async () => {
    const run = folderWith({ 'config.yaml': 'data: { train: atlas }\n' })
    for (const method of ['craft', 'grait']) mkdirSync(join(run, 'methods', method, 'seed-1/tuning/adapter'), { recursive: true })
    await expect(openSession({ run })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('holds craft (seed 1), grait (seed 1)'),
      hint: expect.stringContaining('--method'),
    })
    await expect(openSession({ run, method: 'craft', seed: 2 })).rejects.toMatchObject({ message: expect.stringContaining('not craft') })
  })

  it('says how to go on with a run that has no tuned model yet', async () => {
    const run = folderWith({ 'config.yaml': 'data: { train: atlas }\n' })
    await expect(openSession({ run })).rejects.toMatchObject({ code: 'data_not_found', hint: expect.stringContaining('grait run') })
  })
})
