import { afterEach, expect, inject, it, vi } from 'vitest'
import { startRuntime } from '../../src/runtime/start.js'

/** What launchers, shells and package managers leave in the environment. */
const ODD = {
  ...{ WORLD_SIZE: '2', RANK: '0', OMPI_COMM_WORLD_SIZE: '4', PMI_RANK: '1', SLURM_NTASKS: '2', SLURM_PROCID: '1' },
  ...{ PYTHONOPTIMIZE: '2', PYTHONWARNINGS: 'error', PYTHONPATH: '/nowhere', PYTHONHOME: '/nowhere', CONDA_PREFIX: '/nowhere' },
  ...{ LD_LIBRARY_PATH: '/nowhere', LANG: 'C', LC_ALL: 'POSIX', PIP_TARGET: '/nowhere', TMPDIR: '/nowhere' },
}

afterEach(() => vi.unstubAllEnvs())

it('a small adapter trains in odd environments as in a plain one', async () => {
  const train = async () => {
    await using runtime = await startRuntime({ device: 'cpu' })
    const source = { source: `path:${inject('tinyModel')}`, dtype: 'float32' } as const
    const model = await runtime.loadModel(source)
    const adapter = await model.trainLora([{ id: 'é', prompt: 'capital', target: 'green' }], { rank: 2, alpha: 4, epochs: 1 })
    return (await runtime.loadModel({ ...source, adapter })).info.revision
  }
  const plain = await train()
  for (const [name, value] of Object.entries(ODD)) vi.stubEnv(name, value)
  expect(await train()).toBe(plain)
})
