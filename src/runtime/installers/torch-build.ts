import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { DeviceChoice } from '../../config/device.js'
import { GraitError } from '../../errors.js'
import type { TorchBuild } from '../python/requirements.js'

function isCuda(device: DeviceChoice): boolean {
  return device.startsWith('cuda')
}

/** PyTorch's own index of builds without CUDA. */
export const TORCH_CPU_INDEX = 'https://download.pytorch.org/whl/cpu'

export interface Machine {
  platform: NodeJS.Platform
  hasNvidiaGpu: boolean
}

/** The build to install for a device. On Linux without an NVIDIA GPU the CUDA packages (gigabytes) would be of no use. */
export function torchBuildFor(device: DeviceChoice, machine: Machine = thisMachine()): TorchBuild {
  if (machine.platform !== 'linux') return 'default'
  if (device === 'auto') return machine.hasNvidiaGpu ? 'default' : 'cpu'
  return isCuda(device) ? 'default' : 'cpu'
}

/** Builds that can do the work of `build`, best first: the CUDA build also computes on a CPU. */
export function buildsThatServe(build: TorchBuild): TorchBuild[] {
  return build === 'cpu' ? ['cpu', 'default'] : ['default']
}

function thisMachine(): Machine {
  return { platform: process.platform, hasNvidiaGpu: hasNvidiaGpu() }
}

/** Detected only from files, which is fast. The second path is the driver's under WSL. */
export function hasNvidiaGpu(): boolean {
  const tools = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'nvidia-smi'))
  return ['/dev/nvidiactl', '/usr/lib/wsl/lib/nvidia-smi', ...tools].some((path) => existsSync(path))
}

/** @throws GraitError invalid_request, before installing gigabytes that could not be used here. */
export function requireNvidiaGpu(device: DeviceChoice): void {
  if (!isCuda(device) || hasNvidiaGpu()) return
  throw new GraitError('invalid_request', `device ${device} was asked for, but this machine has no NVIDIA driver`, {
    hint: 'Use runtime.device=auto or cpu; where there is a GPU, `grait doctor` says how to get its driver.',
  })
}
