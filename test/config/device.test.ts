import { describe, expect, it } from 'vitest'
import { deviceSchema } from '../../src/config/device.js'
import { requireNvidiaGpu, torchBuildFor } from '../../src/runtime/installers/torch-build.js'

describe('a device', () => {
  it.each(['auto', 'cpu', 'cuda', 'cuda:0', 'cuda:7', 'mps'])('%s is a name of one', (name) => {
    expect(deviceSchema.parse(name)).toBe(name)
  })

  it.each(['gpu', 'cuda:', 'cuda:x', 'cuda:-1', 'cuda:1.5', 'CUDA', 'cpu:0', '', 1])(
    '%s is none, and the message says which are',
    (name) => {
      const { error } = deviceSchema.safeParse(name)
      expect(error?.issues[0]?.message).toBe('must be auto, cpu, cuda, cuda:N (the number of a GPU, from 0) or mps')
    },
  )

  it('with a number needs the CUDA build and a driver like the first one', () => {
    expect(torchBuildFor('cuda:1', { platform: 'linux', hasNvidiaGpu: true })).toBe('default')
    expect(torchBuildFor('mps', { platform: 'darwin', hasNvidiaGpu: false })).toBe('default')
    expect(() => requireNvidiaGpu('cpu')).not.toThrow()
  })
})
