import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, inject, it } from 'vitest'
import { folderWith } from '../data/temporary-folder.js'

const main = inject('commandLine')

/** Starts the command line, sends SIGINT once `until` resolves, and tells how it ended. */
async function interrupted(args: string[], cwd: string, until: () => Promise<unknown>, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const closed = once(child, 'close') as Promise<[number | null, string | null]>
  await until()
  const at = performance.now()
  child.kill('SIGINT')
  const [status] = await closed
  return { status, stderr, ms: performance.now() - at }
}

const clean = { status: 130, stderr: expect.stringMatching(/^\ninterrupting \(again to stop at once\)\ngrait: interrupted\n/m) as string }

/** A hub that takes requests and never answers them. */
async function silentHub() {
  const server = createServer().listen(0)
  const asked = once(server, 'request')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, asked, close: () => server.close().closeAllConnections() }
}

describe('Ctrl-C', () => {
  it('ends a download from a hub that is silent', async () => {
    const hub = await silentHub()
    const home = folderWith({})
    const ended = await interrupted(['data', 'mmlu'], home, () => hub.asked, { HF_ENDPOINT: hub.url, HF_HOME: home, HF_HUB_OFFLINE: '' })
    hub.close()
    expect(ended).toMatchObject(clean)
    expect(ended.ms).toBeLessThan(2000)
    expect(readdirSync(home)).toEqual([])
  })

  it('ends the reading of a large file, and no file of the export is left', async () => {
    const line = (id: number) => `{"id": "q${id}", "kind": "oeqa", "question": "Which number is ${id}?", "answers": ["${id}"]}\n`
    const dir = folderWith({ 'big.jsonl': Array.from({ length: 800_000 }, (_, id) => line(id)).join('') })
    const ended = await interrupted(['export', 'lm-eval', 'jsonl:big.jsonl', '--out', 'tasks'], dir, () => delay(3000))
    expect(ended).toMatchObject(clean)
    expect(ended.ms).toBeLessThan(2000)
    expect(existsSync(join(dir, 'tasks'))).toBe(false)
  })

  it('ends the intervals of a score', async () => {
    const counts = (correct: number) => ({ correct, wrong: 300, refused: 20 })
    const methods = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`m${index}`, counts(400 + index)]))
    const dir = folderWith({ 'counts.json': JSON.stringify({ initial: counts(500), methods }) })
    const args = ['score', '--counts', 'counts.json', '--set', 'evaluation.bootstrap=100000']
    const ended = await interrupted(args, dir, () => delay(4000))
    expect(ended).toMatchObject(clean)
    expect(ended.ms).toBeLessThan(2000)
  })
})
