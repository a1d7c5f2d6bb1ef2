import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { openSession } from '../../src/repl/session.js'
import { startLiveRuntime } from '../../src/runtime/live/live-runtime.js'
import type { LoadModelOptions } from '../../src/runtime/model.js'
import { folderWith } from '../data/temporary-folder.js'

vi.mock('../../src/runtime/live/live-runtime.js', () => ({ startLiveRuntime: vi.fn() }))

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

  it('refuses weights that the adapter was not trained on, read as thoroughly as is asked', async () => {
    const requests: LoadModelOptions[] = []
    class Loading {
      async loadModel(request: LoadModelOptions) {
        requests.push(request)
        return { info: { revision: 'another' } }
      }
      close = vi.fn()
    }
    const runtime = new Loading()
    vi.mocked(startLiveRuntime).mockResolvedValue({ runtime, python: {} } as never)
    const run = folderWith({
      'config.yaml': 'model: { source: "path:/m", adapter: "path:/a" }\ndata: { train: atlas }\n',
      'run.json': '{"identity":{"revision":"trained on"}}',
      'tuning/adapter/adapter_config.json': '{}',
    })
    const refused = { code: 'run_conflict', message: expect.stringContaining('path:/m: its weights have changed') }
    await expect(openSession({ run, verify: true })).rejects.toMatchObject(refused)
    expect(requests).toEqual([expect.objectContaining({ source: 'path:/m', baseAdapter: 'path:/a', verify: true })])
    expect(runtime.close).toHaveBeenCalledOnce()
    await expect(openSession({ run, model: 'path:/other' })).rejects.toMatchObject({ message: /^path:\/other: its weights are not those/ })
  })
})
