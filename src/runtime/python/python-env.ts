import { delimiter } from 'node:path'
import { graitHome } from '../../grait-home.js'
import { PY_RUNTIME_FOLDER } from './requirements.js'

/** Environment variables that would lead a managed interpreter to other packages. */
const MISLEADING = [
  'PYTHONHOME',
  'PYTHONPATH',
  'PYTHONUSERBASE',
  'PYTHONDONTWRITEBYTECODE',
  'PYTHONPLATLIBDIR',
  'VIRTUAL_ENV',
  '__PYVENV_LAUNCHER__',
]

/** Environment variables that change what Python code does or prints, in any interpreter. */
const CHANGING = [
  // Without assertions and docstrings, libraries fail in odd places.
  'PYTHONOPTIMIZE',
  'PYTHONSTARTUP',
  'PYTHONINSPECT',
  'PYTHONWARNINGS',
  'PYTHONBREAKPOINT',
  'PYTHONDEBUG',
  'PYTHONVERBOSE',
  'PYTHONDEVMODE',
  'PYTHONPROFILEIMPORTTIME',
]

/**
 * Variables of launchers (torchrun, MPI, accelerate launch). They tell PyTorch that it is one process of several, and it would wait
 * for the others. A runtime is always one process.
 */
const LAUNCHERS =
  /^(WORLD_SIZE|RANK|LOCAL_RANK|LOCAL_WORLD_SIZE|NODE_RANK|GROUP_RANK|GROUP_WORLD_SIZE|ROLE_.*|MASTER_ADDR|MASTER_PORT|TORCHELASTIC_.*|OMPI_.*|PMI_.*|PMIX_.*|MPI_LOCAL.*|SLURM_(PROCID|LOCALID|NTASKS|NODEID|NPROCS)|MV2_COMM_.*|CROSS_RANK|ACCELERATE_.*|FSDP_.*|DEEPSPEED_.*|MEGATRON_LM_.*|PARALLELISM_CONFIG_.*|XLA_USE_.*)$/

/** The caller's environment for Python, without misleading variables; pip's sources, proxies and certificates are kept. */
export function cleanPythonEnv(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return {
    ...withoutVariables(env, (name) => MISLEADING.includes(name) || changesPython(name)),
    PYTHONNOUSERSITE: '1',
    PYTHONUNBUFFERED: '1',
  }
}

function changesPython(name: string): boolean {
  return CHANGING.includes(name) || LAUNCHERS.test(name)
}

function withoutVariables(env: NodeJS.ProcessEnv, left: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && !left(entry[0])))
}

/** The complete environment of a runtime process: grait_runtime can be imported, files of the working directory cannot. */
export function runtimeEnv(managed: boolean, env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const base = managed ? cleanPythonEnv(env) : withoutVariables(env, changesPython)
  const path = base['PYTHONPATH'] ? [PY_RUNTIME_FOLDER, base['PYTHONPATH']].join(delimiter) : PY_RUNTIME_FOLDER
  return { ...base, PYTHONPATH: path, PYTHONSAFEPATH: '1', PYTHONUNBUFFERED: '1', GRAIT_HOME: graitHome(env) }
}
