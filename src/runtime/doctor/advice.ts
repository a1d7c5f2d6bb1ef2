import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { hubEndpoint } from '../../data/hub/endpoint.js'
import { looksAbandoned } from '../../locks/abandoned.js'
import { PACKAGE_VERSION } from '../../package-version.js'
import { hasNvidiaGpu } from '../installers/torch-build.js'
import type { Environment } from '../provision/environment.js'
import type { ServedRuntime } from '../served/served-registry.js'
import type { Problem } from './problem.js'

/** What works but could work better, each with what to do. The installation is usable all the same. */
export async function advice(
  environments: string,
  installed: Environment | undefined,
  served: readonly ServedRuntime[],
): Promise<Problem[]> {
  const found = await Promise.all([
    missingDriver(),
    installed === undefined ? undefined : uselessCuda(installed),
    leftLocks(environments),
    installed === undefined ? undefined : otherEnvironments(environments, installed.folder),
    unreachableHub(),
  ])
  return [...found, ...served.map(otherVersion)].flat().filter((problem) => problem !== undefined)
}

const PCI = '/sys/bus/pci/devices'
const NVIDIA = '0x10de'
/** PCI class of display and compute devices. */
const DISPLAY = /^0x03/

/** An NVIDIA GPU without a driver. */
export async function missingDriver(pci = PCI, driven = hasNvidiaGpu()): Promise<Problem | undefined> {
  if (driven) return undefined
  const devices = await readdir(pci).catch(() => [])
  const read = (device: string, file: string) => readFile(join(pci, device, file), 'utf8').catch(() => '')
  for (const device of devices) {
    if ((await read(device, 'vendor')).trim() !== NVIDIA || !DISPLAY.test(await read(device, 'class'))) continue
    return {
      what: `there is an NVIDIA GPU (PCI ${device}), but no driver for it`,
      fix: "sudo ubuntu-drivers install, or your distribution's nvidia driver package; then grait setup --device cuda",
    }
  }
  return undefined
}

/** Gigabytes of CUDA libraries on a machine without a GPU. */
export function uselessCuda(
  { build, folder }: Pick<Environment, 'build' | 'folder'>,
  hasGpu = hasNvidiaGpu(),
  platform = process.platform,
): Problem | undefined {
  if (build !== 'default' || hasGpu || platform !== 'linux') return undefined
  return { what: `PyTorch in ${folder} is the CUDA build, and there is no NVIDIA GPU`, fix: `rm -r ${folder} && grait setup --device cpu` }
}

/** Locks left by killed set-ups. The next set-up takes them over. */
export async function leftLocks(environments: string, now = Date.now()): Promise<Problem[]> {
  const names = (await readdir(environments).catch(() => [])).filter((name) => name.endsWith('.lock'))
  const paths = names.map((name) => join(environments, name))
  const left = await Promise.all(paths.map((path) => looksAbandoned(path, now)))
  return paths
    .filter((_, index) => left[index])
    .map((path) => ({ what: `a set-up that was killed left its lock ${path}`, fix: `rm -r ${path}` }))
}

/** Environments that this version does not use. */
export async function otherEnvironments(environments: string, used: string): Promise<Problem | undefined> {
  const names = (await readdir(environments).catch(() => [])).filter((name) => /^[0-9a-f]{16}(\.partial-.*)?$/.test(name))
  const others = names.map((name) => join(environments, name)).filter((folder) => folder !== used && existsSync(folder))
  if (others.length === 0) return undefined
  const [number, verb] = others.length === 1 ? ['an environment', 'is'] : [`${others.length} environments`, 'are']
  return { what: `${number} of another version of this package ${verb} kept`, fix: `rm -r ${others.join(' ')}` }
}

/** Data sets and models by name come from the hub; everything else works without it. */
export async function unreachableHub(env: NodeJS.ProcessEnv = process.env, limitMs = 5_000): Promise<Problem | undefined> {
  const { url, offline } = hubEndpoint(env)
  if (offline) return undefined
  // In a process of its own: a name server that does not answer holds up the end of whoever asked, for up to a minute.
  const { failed } = await execa(process.execPath, ['-e', "fetch(process.argv[1], { method: 'HEAD', redirect: 'manual' })", url], {
    env,
    reject: false,
    stdin: 'ignore',
    timeout: limitMs,
    killSignal: 'SIGKILL',
  })
  if (!failed) return undefined
  return {
    what: `the hub ${url} cannot be reached: hub:ORG/NAME models and data sets by name have to lie here already`,
    fix: 'check the connection and HTTPS_PROXY, set HF_ENDPOINT to a mirror, or HF_HUB_OFFLINE=1 to do without',
  }
}

/** A runtime served by another version may reject a client of this one. */
export function otherVersion({ pid, path, version }: ServedRuntime): Problem | undefined {
  if (version === PACKAGE_VERSION) return undefined
  return { what: `the runtime served at ${path} is of version ${version}, this is ${PACKAGE_VERSION}`, fix: `kill ${pid} && grait serve` }
}
