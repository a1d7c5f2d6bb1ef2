import { describe, expect, it, vi } from 'vitest'
import { findBasePython } from '../../../src/runtime/python/interpreter.js'
import { checkOwnInterpreter, shortcomings } from '../../../src/runtime/python/own-interpreter.js'
import { cleanPythonEnv, runtimeEnv } from '../../../src/runtime/python/python-env.js'
import { PY_RUNTIME_FOLDER } from '../../../src/runtime/python/requirements.js'
import { writeFakePython } from '../provision/fake-python.js'
import { temporaryFolder } from '../provision/temporary-folder.js'

async function onlyThesePythons(pythons: Record<string, Parameters<typeof writeFakePython>[2]>): Promise<void> {
  const folder = await temporaryFolder()
  for (const [name, fake] of Object.entries(pythons)) await writeFakePython(folder, name, fake)
  vi.stubEnv('PATH', folder)
}

describe('the interpreter that the environment is made with', () => {
  it('is the machine’s own python3 where that will do', async () => {
    await onlyThesePythons({ python3: { minor: '3.11' }, 'python3.13': { minor: '3.13' } })
    expect((await findBasePython()).minor).toBe('3.11')
  })

  it('is another one where python3 is too old, or too new, or cannot make environments', async () => {
    for (const unfit of [{ minor: '3.9' }, { minor: '3.15' }, { canMakeEnvironments: false }]) {
      await onlyThesePythons({ python3: unfit, 'python3.12': { minor: '3.12' } })
      expect((await findBasePython()).minor).toBe('3.12')
    }
  })

  it('may be the newest that all pinned packages have wheels for', async () => {
    await onlyThesePythons({ python3: { minor: '3.14' } })
    expect((await findBasePython()).minor).toBe('3.14')
  })

  it('is missed with what was seen and what to install', async () => {
    await onlyThesePythons({ python3: { minor: '3.9' }, 'python3.11': { canMakeEnvironments: false } })
    const error = await findBasePython().catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'python_not_found', hint: expect.stringMatching(/apt install|brew install/) })
    expect(String(error)).toContain('python3 is Python 3.9.1; python3.11 (Python 3.11.1) lacks the modules venv and ensurepip')
  })

  it('is missed where there is none at all', async () => {
    await onlyThesePythons({})
    await expect(findBasePython()).rejects.toThrow('no python3 is on the PATH')
  })
})

describe('an interpreter of one’s own', () => {
  const fit = {
    executable: '/x/python',
    version: '3.12.1',
    minor: '3.12',
    canMakeEnvironments: false,
    packages: {
      torch: '2.13.0+cpu',
      transformers: '5.0.0rc1',
      peft: '0.18',
      accelerate: '1.15.0',
      safetensors: '0.8.0',
      'huggingface-hub': '2.0',
      numpy: '2.4.6',
      msgspec: '0.22.0',
      pyzmq: '27.3.0',
      gguf: '0.19.0',
    },
  }

  it('is fit with versions that are new enough, venv or not', () => {
    expect(shortcomings(fit)).toEqual([])
  })

  it('is refused with all that it lacks', () => {
    const unfit = { ...fit, version: '3.9.2', minor: '3.9', packages: { ...fit.packages, torch: '2.5.1', peft: null } }
    expect(shortcomings(unfit)).toEqual(['Python is 3.9.2 (needs 3.10-3.14)', 'torch is 2.5.1 (needs 2.6 or newer)', 'peft is missing'])
  })

  it('that is no interpreter is named', async () => {
    await expect(checkOwnInterpreter('/no/such/python')).rejects.toMatchObject({
      code: 'python_not_found',
      message: '/no/such/python could not be run as a Python interpreter',
    })
  })
})

describe('the environment of a Python process', () => {
  it('loses what points at other packages, and keeps where pip finds its own', () => {
    const env = cleanPythonEnv({
      PYTHONPATH: '/x',
      PYTHONHOME: '/y',
      VIRTUAL_ENV: '/z',
      PIP_INDEX_URL: 'file:///mirror',
      HTTPS_PROXY: 'p',
    })
    for (const name of ['PYTHONPATH', 'PYTHONHOME', 'VIRTUAL_ENV']) expect(env).not.toHaveProperty(name)
    expect(env).toMatchObject({ PIP_INDEX_URL: 'file:///mirror', HTTPS_PROXY: 'p' })
  })

  it.each([
    ['torchrun', { WORLD_SIZE: '2', RANK: '0', LOCAL_RANK: '0', MASTER_ADDR: 'h', MASTER_PORT: '1', TORCHELASTIC_RUN_ID: 'x' }],
    ['MPI', { OMPI_COMM_WORLD_SIZE: '4', PMI_RANK: '1', MV2_COMM_WORLD_RANK: '0' }],
    ['Slurm', { SLURM_PROCID: '1', SLURM_LOCALID: '1', SLURM_NTASKS: '2' }],
    ['accelerate launch', { ACCELERATE_USE_DEEPSPEED: 'true', FSDP_VERSION: '2' }],
    ['a debugging shell', { PYTHONOPTIMIZE: '2', PYTHONWARNINGS: 'error', PYTHONINSPECT: '1' }],
  ])('is the same under %s, with an interpreter of one’s own too', (_launcher, variables) => {
    for (const managed of [true, false]) {
      expect(runtimeEnv(managed, { ...variables, CUDA_VISIBLE_DEVICES: '0' })).toEqual(runtimeEnv(managed, { CUDA_VISIBLE_DEVICES: '0' }))
    }
  })

  it('puts grait_runtime first; an interpreter of one’s own keeps its PYTHONPATH behind it', () => {
    expect(runtimeEnv(true, { PYTHONPATH: '/x' })['PYTHONPATH']).toBe(PY_RUNTIME_FOLDER)
    expect(runtimeEnv(false, { PYTHONPATH: '/x' })['PYTHONPATH']).toBe(`${PY_RUNTIME_FOLDER}:/x`)
    expect(runtimeEnv(true, { GRAIT_HOME: '/h' })['GRAIT_HOME']).toBe('/h')
  })
})
