import { constants } from 'node:fs'
import { access, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomically } from '../../atomic-file.js'
import type { TorchBuild } from '../python/requirements.js'

/** A finished managed environment. */
export interface Environment {
  folder: string
  /** Its interpreter, absolute. */
  python: string
  /** Python's version, "3.11.7". */
  version: string
  /** Installed version of PyTorch, "2.13.0+cpu". */
  torch: string
  build: TorchBuild
}

/** complete.json, written last: an environment without it does not count. */
interface Marker {
  requirements: string
  build: TorchBuild
  platform: string
  version: string
  torch: string
}

const MARKER = 'complete.json'

/** The finished environment made from these requirements, with any supported Python version; found only by reading files. */
export async function findEnvironment(parent: string, requirements: string, builds: TorchBuild[]): Promise<Environment | undefined> {
  const names = await readdir(parent).catch(() => [])
  const keys = names.filter((name) => /^[0-9a-f]{16}$/.test(name)).sort()
  const found = await Promise.all(keys.map((key) => readEnvironment(join(parent, key), requirements)))
  const usable = found.filter((environment) => environment !== undefined)
  return builds.flatMap((build) => usable.filter((environment) => environment.build === build))[0]
}

/** The environment in `folder`; undefined if it is unfinished, made from other requirements, or has lost its base interpreter. */
export async function readEnvironment(folder: string, requirements: string): Promise<Environment | undefined> {
  try {
    const marker = JSON.parse(await readFile(join(folder, MARKER), 'utf8')) as Marker
    const python = pythonOf(folder)
    await access(python, constants.X_OK)
    if (marker.requirements !== requirements || marker.platform !== platform()) return undefined
    return { folder, python, version: marker.version, torch: marker.torch, build: marker.build }
  } catch {
    return undefined
  }
}

/** Marks the environment in `folder` as finished. */
export async function markComplete(folder: string, marker: Omit<Marker, 'platform'>): Promise<void> {
  await writeFileAtomically(join(folder, MARKER), `${JSON.stringify({ ...marker, platform: platform() }, null, 2)}\n`)
}

export function pythonOf(folder: string): string {
  return join(folder, 'bin', 'python')
}

/** Home folders are shared between machines; environments are not. */
function platform(): string {
  return `${process.platform}-${process.arch}`
}
