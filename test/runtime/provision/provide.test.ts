import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { provideRuntime, type SetupProgress } from '../../../src/runtime/provision/provide.js'
import { hasNvidiaGpu } from '../../../src/runtime/provision/torch-build.js'
import { type FakePython, writeFakePython } from './fake-python.js'
import { temporaryFolder } from './temporary-folder.js'

/** A machine with this python3 and nothing set up. */
async function freshMachine(fake: FakePython = {}) {
  const folder = await temporaryFolder()
  const [home, bin] = [join(folder, 'home'), join(folder, 'bin')]
  await writeFakePython(bin, 'python3', fake)
  vi.stubEnv('GRAIT_HOME', home)
  vi.stubEnv('GRAIT_PYTHON', '')
  vi.stubEnv('PATH', `${bin}:/bin:/usr/bin`)
  return { bin, environments: join(home, 'runtime') }
}

describe('providing the managed environment', () => {
  it('makes it once; then no process is started', async () => {
    const { bin, environments } = await freshMachine()
    const first = await provideRuntime({ device: 'cpu' })
    expect(first).toMatchObject({ managed: true, version: '3.11.1' })
    expect(await readdir(environments)).toHaveLength(1)
    const calls = await readFile(join(bin, 'calls.log'), 'utf8')
    await rm(bin, { recursive: true })
    expect(await provideRuntime({ device: 'cpu' })).toEqual(first)
    expect(calls).toContain('--require-hashes')
  })

  it.each([
    ['cpu', true],
    ['cuda', false],
  ] as const)('for --device %s names PyTorch’s CPU index: %s', async (device, named) => {
    const { bin } = await freshMachine()
    await provideRuntime({ device, aheadOfTime: true })
    const torch = (await readFile(join(bin, 'calls.log'), 'utf8')).split('\n').find((call) => call.includes('torch.txt'))
    expect(torch?.endsWith('--extra-index-url https://download.pytorch.org/whl/cpu')).toBe(named && process.platform === 'linux')
  })

  it('refuses one for a GPU on a machine without a driver, unless it is made ahead of time', async () => {
    const { environments } = await freshMachine()
    if (hasNvidiaGpu()) return
    await expect(provideRuntime({ device: 'cuda' })).rejects.toMatchObject({
      code: 'invalid_request',
      message: 'device cuda was asked for, but this machine has no NVIDIA driver',
    })
    await expect(readdir(environments)).rejects.toThrow('ENOENT')
    expect(await provideRuntime({ device: 'cuda', aheadOfTime: true })).toMatchObject({ managed: true })
  })

  it('counts up to the total', async () => {
    await freshMachine({ pip: `echo "Collecting numpy==2.4.6"; echo "Ignoring tomli: markers don't match"` })
    const seen: SetupProgress[] = []
    await provideRuntime({ device: 'cpu', onProgress: (progress) => seen.push(progress) })
    expect([...new Set(seen.map(({ step }) => step))]).toEqual(['environment', 'packages', 'PyTorch', 'check', 'ready'])
    const done = seen.map((progress) => progress.done)
    expect(done).toEqual(done.toSorted((a, b) => a - b))
    expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total)
  })

  it('fails with pip’s own words and leaves nothing half-made', async () => {
    const { environments } = await freshMachine({ pip: 'echo "ERROR: No matching distribution found for gguf==0.19.0"; exit 1' })
    await expect(provideRuntime({ device: 'cpu' })).rejects.toMatchObject({
      code: 'setup_failed',
      message: expect.stringContaining('No matching distribution found for gguf==0.19.0'),
    })
    expect(await readdir(environments)).toEqual([])
  })

  it('leaves nothing half-made when it is cancelled', async () => {
    const { environments } = await freshMachine({ pip: 'exec sleep 30' })
    const begun = Date.now()
    await expect(provideRuntime({ device: 'cpu', signal: AbortSignal.timeout(400) })).rejects.toMatchObject({ code: 'cancelled' })
    expect(Date.now() - begun).toBeLessThan(10_000)
    expect(await readdir(environments)).toEqual([])
  })

  it('makes one environment for two that ask at once', async () => {
    const { bin, environments } = await freshMachine({ pip: 'sleep 0.2' })
    const [a, b] = await Promise.all([provideRuntime({ device: 'cpu' }), provideRuntime({ device: 'cpu' })])
    expect(a.python).toBe(b.python)
    expect(await readdir(environments)).toHaveLength(1)
    expect((await readFile(join(bin, 'calls.log'), 'utf8')).match(/-m venv/g)).toHaveLength(1)
  })

  it('clears away what a killed set-up left', async () => {
    const { environments } = await freshMachine()
    const { python } = await provideRuntime({ device: 'cpu' })
    const key = (await readdir(environments))[0] as string
    await rm(join(environments, key, 'complete.json'))
    await mkdir(join(environments, `${key}.partial-0000`, 'bin'), { recursive: true })
    expect((await provideRuntime({ device: 'cpu' })).python).toBe(python)
    expect(await readdir(environments)).toEqual([key])
    expect(await readdir(join(environments, key))).toContain('complete.json')
  })

  it('renames console scripts’ interpreter with the environment', async () => {
    await freshMachine()
    const { python } = await provideRuntime({ device: 'cpu' })
    expect(await readFile(join(python, '..', 'pip'), 'utf8')).toBe(`#!${python}\n`)
  })
})
