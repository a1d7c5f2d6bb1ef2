import { describe, expect, it } from 'vitest'
import { buildsThatServe, torchBuildFor } from '../../../src/runtime/installers/torch-build.js'
import { offersCpuBuild } from '../../../src/runtime/installers/torch-source.js'

describe('which build of PyTorch is installed', () => {
  it.each([
    ['auto', 'linux', false, 'cpu'],
    ['auto', 'linux', true, 'default'],
    ['cpu', 'linux', true, 'cpu'],
    ['cuda', 'linux', false, 'default'],
    ['auto', 'darwin', false, 'default'],
    ['cpu', 'darwin', false, 'default'],
  ] as const)('--device %s on %s, NVIDIA GPU: %s, is the %s build', (device, platform, hasNvidiaGpu, build) => {
    expect(torchBuildFor(device, { platform, hasNvidiaGpu })).toBe(build)
  })

  it('an environment with CUDA serves a CPU, not the other way round', () => {
    expect(buildsThatServe('cpu')).toEqual(['cpu', 'default'])
    expect(buildsThatServe('default')).toEqual(['default'])
  })
})

describe('what pip would install from the configured sources', () => {
  const report = (version: string, requires_dist: string[]) => JSON.stringify({ install: [{ metadata: { version, requires_dist } }] })

  it('is a CPU build by its version, or by needing no CUDA packages', () => {
    expect(offersCpuBuild(report('2.13.0+cpu', ['sympy']))).toBe(true)
    expect(offersCpuBuild(report('2.13.0', ['sympy', 'jinja2']))).toBe(true)
  })

  it('is no CPU build where it brings CUDA packages', () => {
    expect(offersCpuBuild(report('2.13.0', ['sympy', 'nvidia-cudnn-cu13==9.1; platform_system == "Linux"']))).toBe(false)
  })

  it('is no CPU build where pip says nothing', () => {
    expect(offersCpuBuild('')).toBe(false)
    expect(offersCpuBuild('{"install": []}')).toBe(false)
  })
})
