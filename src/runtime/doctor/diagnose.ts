import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname } from 'node:path'
import { execa } from 'execa'
import { byteWords } from '../../disk/byte-words.js'
import { freeBytes } from '../../disk/free-space.js'
import { GraitError } from '../../errors.js'
import { environmentsFolder, graitHome } from '../../grait-home.js'
import { hasNvidiaGpu, torchBuildFor } from '../installers/torch-build.js'
import { neededBytes } from '../provision/disk.js'
import { installedEnvironment, ownPython } from '../provision/provide.js'
import { findBasePython } from '../python/interpreter.js'
import { checkOwnInterpreter } from '../python/own-interpreter.js'
import { runtimeEnv } from '../python/python-env.js'
import { type ServedRuntime, servedRuntimes } from '../served/served-registry.js'
import { advice } from './advice.js'
import type { Problem } from './problem.js'

/** The output of `grait doctor --json`. null: could not be determined, and a problem says why. */
export interface Diagnosis {
  node: string
  /** The interpreter of the runtime; before the set-up, the one that the environment would be created with. */
  python: { executable: string | null; version: string | null }
  torch: string | null
  /** What `auto` means on this machine. */
  device: string | null
  dtype: string | null
  ok: boolean
  problems: Problem[]
  /** What works, but could work better. */
  advice: Problem[]
  /** Runtimes that `grait serve` keeps alive on this machine. */
  served: ServedRuntime[]
}

/** Checks everything a run needs; installs and changes nothing. */
export async function diagnose(): Promise<Diagnosis> {
  const served = servedRuntimes()
  const installed = ownPython() === undefined ? installedEnvironment() : undefined
  const advised = Promise.all([installed, served]).then(([there, running]) => advice(environmentsFolder(), there, running))
  advised.catch(() => undefined) // told below
  const problems: Problem[] = []
  const note = (what: string, fix: string) => void problems.push({ what, fix })
  checkNode(note)
  await checkZeromq(note)
  await checkHome(note)
  const found = await findPython(note)
  const torch = found?.ready ? await askTorch(found.executable, found.managed, note) : undefined
  return {
    node: process.versions.node,
    python: { executable: found?.executable ?? null, version: found?.version ?? null },
    torch: torch?.torch ?? null,
    device: torch?.device ?? null,
    dtype: torch?.dtype ?? null,
    ok: problems.length === 0,
    problems,
    advice: await advised,
    served: await served,
  }
}

type Note = (what: string, fix: string) => void

/** The range in package.json's engines. */
function checkNode(note: Note): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22
  if (!supported) note(`Node is ${process.versions.node}`, 'install Node 20.19, 22.12 or newer')
}

async function checkZeromq(note: Note): Promise<void> {
  await import('zeromq').catch((error: unknown) =>
    note(`the ZeroMQ binding cannot be loaded: ${firstLine(error)}`, 'npm ci in a clean checkout, or npm rebuild zeromq'),
  )
}

async function checkHome(note: Note): Promise<void> {
  const home = graitHome()
  const existing = await nearestExisting(home)
  const writable = await access(existing, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
  if (!writable) note(`${home} cannot be written to`, 'set GRAIT_HOME to a folder that you may write to')
  const installed = ownPython() !== undefined || (await installedEnvironment()) !== undefined
  const [free, needed] = [await freeBytes(home), installed ? 1e9 : neededBytes(torchBuildFor('auto'))]
  if (free < needed)
    note(`${home} has ${byteWords(free)} free, ${byteWords(needed)} are needed`, 'free some disk space, or set GRAIT_HOME to another disk')
}

async function nearestExisting(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    const there = await access(folder).then(
      () => true,
      () => false,
    )
    if (there || folder === dirname(folder)) return folder
  }
}

interface FoundPython {
  executable: string
  version: string
  managed: boolean
  /** Its packages are installed. */
  ready: boolean
}

async function findPython(note: Note): Promise<FoundPython | undefined> {
  const own = ownPython()
  if (own !== undefined) {
    const found = await orProblem(() => checkOwnInterpreter(own), note)
    return found && { executable: found.executable, version: found.version, managed: false, ready: true }
  }
  const installed = await installedEnvironment()
  if (installed !== undefined) return { executable: installed.python, version: installed.version, managed: true, ready: true }
  note('the managed environment has not been made', 'grait setup')
  const base = await orProblem(findBasePython, note)
  return base && { executable: base.executable, version: base.version, managed: true, ready: false }
}

async function orProblem<T>(look: () => Promise<T>, note: Note): Promise<T | undefined> {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof GraitError)) throw error
    note(error.message, error.hint ?? 'grait setup')
    return undefined
  }
}

const ASK = `
import json, torch
from grait_runtime.device.devices import auto_dtype, dtype_name, pick_device
device = pick_device()
print(json.dumps({"torch": torch.__version__, "device": device.type, "dtype": dtype_name(auto_dtype(device))}))`

interface TorchFacts {
  torch: string
  device: string
  dtype: string
}

async function askTorch(python: string, managed: boolean, note: Note): Promise<TorchFacts | undefined> {
  const { failed, stdout, stderr, shortMessage } = await execa(python, ['-c', ASK], {
    env: runtimeEnv(managed),
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 120_000,
  })
  if (failed) {
    note(
      `PyTorch cannot be used: ${(stderr || shortMessage || '').trimEnd().split('\n').at(-1)}`,
      managed ? `remove ${dirname(dirname(python))}, then grait setup` : `repair PyTorch in ${python}`,
    )
    return undefined
  }
  const facts = JSON.parse(stdout) as TorchFacts
  if (facts.device === 'cpu' && hasNvidiaGpu())
    note('there is an NVIDIA GPU, but PyTorch does not see it', 'check the driver with nvidia-smi; grait setup --device cuda')
  return facts
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}
