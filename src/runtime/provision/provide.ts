import { join } from 'node:path'
import type { DeviceChoice } from '../../config/device.js'
import { environmentsFolder } from '../../grait-home.js'
import { buildsThatServe, requireNvidiaGpu, torchBuildFor } from '../installers/torch-build.js'
import { hasUv } from '../installers/uv.js'
import { findBasePython } from '../python/interpreter.js'
import { checkOwnInterpreter } from '../python/own-interpreter.js'
import { runtimeEnv } from '../python/python-env.js'
import { environmentKey, PY_RUNTIME_FOLDER, requirementsDigest, type TorchBuild } from '../python/requirements.js'
import { announcement } from './announcement.js'
import { buildEnvironment, stepsOfBuild } from './build-environment.js'
import { requireSpace } from './disk.js'
import { type Environment, findEnvironment } from './environment.js'
import { withSetupLock } from './setup-lock.js'
import type { SetupProgress } from './setup-steps.js'

export type { SetupProgress } from './setup-steps.js'

/** Options of `provideRuntime`: which Python environment to provide, and how to follow its set-up. */
export interface ProvideOptions {
  /** The user's own interpreter (path or name); default $GRAIT_PYTHON, otherwise the managed environment. */
  python?: string | undefined
  /** Which build of PyTorch the managed environment gets. */
  device?: DeviceChoice | undefined
  /** Also create the CUDA environment on a machine without a GPU, for example in an image for another machine. Default: reject. */
  aheadOfTime?: boolean | undefined
  /** Called with the progress of a set-up. Default: one line on stderr says what is installed, where and how large it is. */
  onProgress?: ((progress: SetupProgress) => void) | undefined
  signal?: AbortSignal | undefined
}

/** An interpreter that can run `python -m grait_runtime...`. */
export interface ProvidedRuntime {
  /** Absolute path of the interpreter. */
  python: string
  /** The complete environment variables to run it with. */
  env: Record<string, string>
  /** The folder that holds the package grait_runtime; already on env's PYTHONPATH. */
  runtimeDir: string
  /** False for the user's own interpreter. */
  managed: boolean
  /** Python's version, "3.11.7". */
  version: string
}

/**
 * Provides an interpreter for the runtime: the user's own (checked, never changed), otherwise the managed environment, which is
 * created if missing. If it exists, this reads a few files and starts no process.
 */
export async function provideRuntime(options: ProvideOptions = {}): Promise<ProvidedRuntime> {
  const own = ownPython(options.python)
  if (own !== undefined) {
    const { executable, version } = await checkOwnInterpreter(own)
    return { python: executable, env: runtimeEnv(false), runtimeDir: PY_RUNTIME_FOLDER, managed: false, version }
  }
  const { python, version } = (await installedEnvironment(options.device)) ?? (await makeEnvironment(options))
  return { python, env: runtimeEnv(true), runtimeDir: PY_RUNTIME_FOLDER, managed: true, version }
}

/** The user's own interpreter; undefined: the managed one is used. */
export function ownPython(option?: string): string | undefined {
  return option || process.env['GRAIT_PYTHON'] || undefined
}

/** The finished managed environment for a device; undefined if there is none yet. */
export async function installedEnvironment(device: DeviceChoice = 'auto'): Promise<Environment | undefined> {
  return findEnvironment(environmentsFolder(), await requirementsDigest(), buildsThatServe(torchBuildFor(device)))
}

async function makeEnvironment({ device = 'auto', aheadOfTime = false, onProgress, signal }: ProvideOptions): Promise<Environment> {
  if (!aheadOfTime) requireNvidiaGpu(device)
  const build = torchBuildFor(device)
  const [base, requirements] = [await findBasePython({ bare: await hasUv() }), await requirementsDigest()]
  const parent = environmentsFolder()
  const folder = join(parent, environmentKey(requirements, build, base.minor))
  const steps = await stepsOfBuild(onProgress ?? announcement(folder, build))
  const onWait = (owner: string) => steps.begin('waiting', `${owner} is setting up the same environment`, false)
  return withSetupLock(parent, `${folder}.lock`, { onWait, signal }, async (signal) => {
    const already = await finished(parent, requirements, build)
    if (already === undefined) await requireSpace(parent, build)
    const made = already ?? (await buildEnvironment({ base, build, requirements, folder }, steps, signal))
    steps.finish()
    return made
  })
}

/** Another process may have created it while this one waited for the lock. */
function finished(parent: string, requirements: string, build: TorchBuild): Promise<Environment | undefined> {
  return findEnvironment(parent, requirements, buildsThatServe(build))
}
