import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { environmentKey, PY_RUNTIME_FOLDER } from '../../../src/runtime/python/requirements.js'

const read = (name: string) => readFile(join(PY_RUNTIME_FOLDER, 'requirements', name), 'utf8')

describe('the requirement files', () => {
  it.each(['runtime.txt', 'models.txt', 'dev.txt'])('%s pins every package by version and hash', async (name) => {
    const entries = (await read(name)).split(/\n(?=\S)/).filter((entry) => !entry.startsWith('#') && entry.trim() !== '')
    expect(entries.length).toBeGreaterThan(1)
    for (const entry of entries) expect(entry).toMatch(/^[\w.-]+==\S+( ;.*)? \\\n\s+--hash=sha256:[0-9a-f]{64}/)
  })

  it('torch is pinned by version alone, and no CUDA package is pinned', async () => {
    expect(await read('torch.txt')).toMatch(/^torch==[\d.]+$/m)
    expect(await read('torch.txt')).not.toContain('sha256')
    expect(await read('runtime.txt')).not.toMatch(/^(torch|triton|nvidia|cuda)\b/m)
  })

  it('name no package index, so that the machine’s own is used', async () => {
    for (const name of ['runtime.txt', 'models.txt', 'dev.txt', 'torch.txt'])
      expect(await read(name)).not.toMatch(/https?:|index-url|find-links/)
  })
})

describe('the name of an environment', () => {
  it('changes with requirements, build and Python', () => {
    const keys = [
      environmentKey('a', 'cpu', '3.11'),
      environmentKey('b', 'cpu', '3.11'),
      environmentKey('a', 'default', '3.11'),
      environmentKey('a', 'cpu', '3.12'),
    ]
    expect(new Set(keys).size).toBe(4)
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{16}$/)
  })
})
