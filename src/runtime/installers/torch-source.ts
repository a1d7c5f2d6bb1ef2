import { TORCH_FILE, type TorchBuild } from '../python/requirements.js'
import { pipEnv, pipOutput } from './pip-env.js'
import { TORCH_CPU_INDEX } from './torch-build.js'

/**
 * The arguments that make pip find the requested build of PyTorch.
 *
 * For `torch==X`, pip prefers X+cpu to X if both are available, so PyTorch's CPU index is enough. If pip is configured with its own
 * source that has a CPU build, that index is left out: it may be unreachable, and waiting for it takes long.
 */
export async function torchSource(python: string, build: TorchBuild, signal?: AbortSignal): Promise<string[]> {
  const install = ['-r', TORCH_FILE]
  if (build === 'default' || (await configuredSourceHasCpuBuild(python, signal))) return install
  return [...install, '--extra-index-url', TORCH_CPU_INDEX]
}

async function configuredSourceHasCpuBuild(python: string, signal?: AbortSignal): Promise<boolean> {
  const env = await pipEnv(python, signal)
  if (!['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_FIND_LINKS'].some((name) => name in env)) return false
  const args = ['install', '--quiet', '--dry-run', '--no-deps', '--only-binary', ':all:', '--report', '-', '-r', TORCH_FILE]
  return offersCpuBuild(await pipOutput(python, args, env, signal))
}

/** Reads pip's installation report (JSON). False if it is empty: pip is too old for reports, or there is no build at all. */
export function offersCpuBuild(report: string): boolean {
  try {
    const { install } = JSON.parse(report) as { install: { metadata: { version: string; requires_dist?: string[] | undefined } }[] }
    const torch = install[0]?.metadata
    if (torch === undefined) return false
    return /\+cpu/.test(torch.version) || !(torch.requires_dist ?? []).some((name) => /^(nvidia|cuda|triton)/.test(name))
  } catch {
    return false
  }
}
