import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { diagnosisTable } from '../../../src/cli/commands/doctor.js'
import { progressLine } from '../../../src/cli/terminal/setup-display.js'
import { thisProcess } from '../../../src/process-mark.js'
import { diagnose } from '../../../src/runtime/doctor/diagnose.js'
import { writeFakePython } from '../provision/fake-python.js'
import { temporaryFolder } from '../provision/temporary-folder.js'

// No test waits for a network.
beforeEach(() => vi.stubEnv('HF_HUB_OFFLINE', '1'))

describe('the doctor', () => {
  it('before the set-up: says what is missing and what to do, and makes nothing', async () => {
    const folder = await temporaryFolder()
    const executable = await writeFakePython(folder, 'python3')
    vi.stubEnv('PATH', folder)
    vi.stubEnv('GRAIT_PYTHON', '')
    vi.stubEnv('GRAIT_HOME', join(folder, 'home'))
    const diagnosis = await diagnose()
    expect(diagnosis).toMatchObject({
      node: process.versions.node,
      python: { executable, version: '3.11.1' },
      torch: null,
      device: null,
      ok: false,
    })
    expect(diagnosis.problems).toContainEqual({ what: 'the managed environment has not been made', fix: 'grait setup' })
    expect(Object.keys(diagnosis)).toEqual(['node', 'python', 'torch', 'device', 'dtype', 'ok', 'problems', 'advice', 'served'])
    expect(existsSync(join(folder, 'home'))).toBe(false)
  })

  it.each([
    ['no python3 is on the PATH', undefined],
    ['python3 is Python 3.8.1', { minor: '3.8' }],
    ['python3 (Python 3.11.1) lacks the modules venv and ensurepip', { canMakeEnvironments: false }],
  ])('names what is wrong with the Python there is, and the command that mends it: %s', async (what, fake) => {
    const folder = await temporaryFolder()
    if (fake !== undefined) await writeFakePython(folder, 'python3', fake)
    vi.stubEnv('PATH', folder)
    vi.stubEnv('GRAIT_PYTHON', '')
    vi.stubEnv('GRAIT_HOME', join(folder, 'home'))
    const { problems } = await diagnose()
    expect(problems).toContainEqual({
      what: expect.stringContaining(what),
      fix: expect.stringMatching(/apt install python3|brew install python/),
    })
  })

  it('refuses an interpreter of one’s own that lacks packages', async () => {
    const folder = await temporaryFolder()
    vi.stubEnv('GRAIT_PYTHON', await writeFakePython(folder, 'mine'))
    vi.stubEnv('GRAIT_HOME', join(folder, 'home'))
    const { ok, problems } = await diagnose()
    expect(ok).toBe(false)
    expect(problems[0]?.what).toContain('torch is missing')
  })

  it('prints a line a finding and a line a fix', () => {
    const nothing = { torch: null, device: null, dtype: null }
    const text = diagnosisTable({
      node: '20.19.0',
      python: { executable: null, version: null },
      ...nothing,
      ok: false,
      problems: [{ what: 'no disk', fix: 'buy one' }],
      advice: [{ what: 'old', fix: 'renew' }],
      served: [
        {
          pid: 7,
          host: 'here',
          path: '/tmp/grait-x',
          started: '2026-01-01T00:00:00.000Z',
          version: '1.0.0',
          device: 'cpu',
          process: thisProcess(),
        },
      ],
    })
    expect(text.split('\n')).toEqual([
      'node    20.19.0',
      'python  -',
      'torch   -',
      'device  -',
      'dtype   -',
      'serving /tmp/grait-x on cpu, pid 7, since 2026-01-01T00:00:00.000Z',
      'problem no disk',
      '        fix: buy one',
      'advice  old',
      '        fix: renew',
      '',
    ])
  })
})

describe('the set-up’s progress', () => {
  it('is one line: how far, at what, for how long', () => {
    expect(progressLine({ step: 'packages', done: 12, total: 52, detail: 'numpy' }, 14)).toBe('setup 12/52  packages: numpy  (14 s)')
  })
})
