import { randomBytes } from 'node:crypto'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { execa } from 'execa'
import { writeFault, writing } from '../../disk-fault.js'
import { cancelledBy, GraitError } from '../../errors.js'
import { type PipWatch, pipInstall } from '../installers/pip.js'
import { torchSource } from '../installers/torch-source.js'
import { Uv } from '../installers/uv.js'
import type { Interpreter } from '../python/interpreter.js'
import { cleanPythonEnv } from '../python/python-env.js'
import { countRequirements, LOCKED_FILES, type TorchBuild } from '../python/requirements.js'
import { type Environment, markComplete, pythonOf, readEnvironment } from './environment.js'
import { SetupSteps } from './setup-steps.js'

export interface Plan {
  base: Interpreter
  build: TorchBuild
  requirements: string
  /** Where the environment ends up. */
  folder: string
}

/** Arguments of pip and uv alike. */
const PINNED = ['--no-deps', '--require-hashes', ...LOCKED_FILES.flatMap((file) => ['-r', file])]

/** Imports what the runtime imports, to detect broken libraries early; prints PyTorch's version. */
const CHECK = 'import accelerate, gguf, msgspec, numpy, peft, safetensors, transformers, zmq, torch; print(torch.__version__)'

/**
 * Creates the environment in a temporary folder and renames it, so that `folder` is always absent or complete.
 * (A killed set-up may leave its pip running; that works in its own folder, which is never used.)
 */
export async function buildEnvironment(plan: Plan, steps: SetupSteps, signal?: AbortSignal): Promise<Environment> {
  const { folder } = plan
  await removeLeftovers(folder)
  const partial = `${folder}.partial-${randomBytes(4).toString('hex')}`
  try {
    if (!(await madeByUv(plan, partial, steps, signal))) {
      await makeVenv(plan.base, partial, steps, signal)
      await installLocked(partial, steps, signal)
      await installTorch(partial, plan.build, steps, signal)
    }
    const torch = await check(partial, steps, signal)
    await moveScripts(partial, folder)
    await markComplete(partial, { requirements: plan.requirements, build: plan.build, version: plan.base.version, torch })
    await rm(folder, { recursive: true, force: true })
    await rename(partial, folder)
  } catch (error) {
    await removeTree(partial)
    if (signal?.aborted) throw cancelledBy(signal, 'the set-up was cancelled; nothing half-made is left')
    throw writeFault(error, folder)
  }
  const made = await readEnvironment(folder, plan.requirements)
  if (made === undefined)
    throw new GraitError('setup_failed', `the environment in ${folder} vanished while it was made`, { hint: 'run grait setup again' })
  return made
}

/** Makes the environment with uv where that is there; false, with nothing left of it, if pip has to do it. */
async function madeByUv({ base, build }: Plan, folder: string, steps: SetupSteps, signal?: AbortSignal): Promise<boolean> {
  const uv = await Uv.find(base.executable, watchOf(steps, signal))
  if (uv === undefined) return false
  try {
    steps.begin('environment', `Python ${base.version}, with uv`)
    await uv.makeVenv(base.executable, folder)
    steps.begin('packages', undefined, false)
    await uv.install(pythonOf(folder), 'the pinned packages', PINNED)
    steps.begin('PyTorch')
    await uv.installTorch(pythonOf(folder), build)
    return true
  } catch (error) {
    if (signal?.aborted === true) throw error
    await removeTree(folder)
    if (!base.canMakeEnvironments) throw error
    steps.restart(`${(error as Error).message.split('\n')[0]}; pip does it instead`)
    return false
  }
}

function watchOf(steps: SetupSteps, signal?: AbortSignal): PipWatch {
  return {
    onPackage: (name) => steps.advance(name),
    onSkipped: () => steps.skip(),
    onDetail: (detail) => steps.detail(detail),
    signal,
  }
}

async function makeVenv(base: Interpreter, folder: string, steps: SetupSteps, signal?: AbortSignal): Promise<void> {
  steps.begin('environment', `Python ${base.version}`)
  await python(base.executable, ['-m', 'venv', '--prompt', 'grait', folder], 'the environment could not be made', signal)
}

async function installLocked(folder: string, steps: SetupSteps, signal?: AbortSignal): Promise<void> {
  steps.begin('packages', undefined, false)
  await pipInstall(pythonOf(folder), 'the pinned packages', PINNED, watchOf(steps, signal))
}

async function installTorch(folder: string, build: TorchBuild, steps: SetupSteps, signal?: AbortSignal): Promise<void> {
  steps.begin('PyTorch')
  const source = await torchSource(pythonOf(folder), build, signal)
  await pipInstall(pythonOf(folder), 'PyTorch', source, { onDetail: (detail) => steps.detail(detail), signal })
}

async function check(folder: string, steps: SetupSteps, signal?: AbortSignal): Promise<string> {
  steps.begin('check', 'importing everything once')
  return python(pythonOf(folder), ['-c', CHECK], 'the installed packages cannot be imported', signal)
}

/** Console scripts name their interpreter by path, which changes with the rename. */
async function moveScripts(from: string, to: string): Promise<void> {
  const bin = join(from, 'bin')
  for (const entry of await readdir(bin, { withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(bin, entry.name)
    const text = await readFile(path, 'latin1')
    if (text.includes(from)) await writing(path, () => writeFile(path, text.replaceAll(from, to), 'latin1'))
  }
}

/** Removes what killed set-ups left next to `folder`. Called while holding the lock. */
async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(dirname(folder)).catch(() => [])
  const leftovers = names.filter((name) => name.startsWith(`${basename(folder)}.partial-`))
  await Promise.all(leftovers.map((name) => removeTree(join(dirname(folder), name))))
}

/** Retries, because a process that still writes there can make one attempt fail. */
async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }).catch(() => undefined)
}

/** Runs an interpreter to its end and returns its standard output. */
async function python(executable: string, args: string[], failure: string, signal?: AbortSignal): Promise<string> {
  const { failed, stdout, stderr, shortMessage } = await execa(executable, args, {
    env: cleanPythonEnv(),
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    ...(signal && { cancelSignal: signal }),
  })
  if (!failed) return stdout.trim()
  const words = (stderr || stdout || shortMessage || '').split('\n').slice(-30).join('\n')
  throw new GraitError('setup_failed', `${failure}: ${words.trimEnd().split('\n').at(-1)}`, {
    hint: 'run grait setup again; or bring an interpreter of your own: GRAIT_PYTHON=/path/to/python',
    details: { output: words },
  })
}

/** Number of steps of a build: one each for environment, PyTorch and check, and one per package. */
export async function stepsOfBuild(report: ConstructorParameters<typeof SetupSteps>[1]): Promise<SetupSteps> {
  return new SetupSteps(3 + (await countRequirements(LOCKED_FILES)), report)
}
