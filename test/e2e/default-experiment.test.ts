import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'grait-e2e-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** The quick start, smaller: the real embedded model on real questions. */
const SMALLER = [
  'data.limit={train: 90, validation: 10, test: 30}',
  'knowledge.samples=5',
  'knowledge.maxTokens=8',
  'rehearsal.count=24',
  'rehearsal.train.batchSize=2',
  'selection.known=16',
  'selection.unknown=8',
  'tuning.train.batchSize=2',
  'tuning.train.epochs=2',
  'evaluation.bootstrap=1000',
]

function grait(out: string, cache: string): ChildProcess {
  const settings = [...SMALLER, `cache.dir=${join(dir, cache)}`].flatMap((setting) => ['--set', setting])
  return spawn(process.execPath, [inject('commandLine'), 'run', '--out', join(dir, out), ...settings], { cwd: root })
}

async function finished(child: ChildProcess): Promise<{ status: number | null; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, stdout, stderr }
}

/** Processes that `pid` started. */
function childrenOf(pid: number): number[] {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  return listed
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child]) => child as number)
}

/** Whether a stage that is being computed has finished work that a resume can use. */
function underWay(cache: string, stage: string): boolean {
  const folder = join(dir, cache, stage)
  if (!existsSync(folder)) return false
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((name) => /partial\/resume\/.*(\.unit|\/step-\d+)$/.test(name))
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('the experiment on the embedded model', () => {
  let undisturbed: Awaited<ReturnType<typeof finished>>

  beforeAll(async () => {
    undisturbed = await finished(grait('undisturbed', 'cache-a'))
  }, 900_000)

  it('ends well and prints the table, the selection and the questions that moved', () => {
    expect(undisturbed.stderr).not.toMatch(/error/i)
    expect(undisturbed.status).toBe(0)
    for (const text of ['init-basic', 'init-refuse', 'grait', 'THS', 'capital', 'wrong before, refused now'])
      expect(undisturbed.stdout).toContain(text)
  })

  it('finds that the model knows some questions and not others', () => {
    const answers = readFileSync(join(dir, 'undisturbed', 'knowledge', 'answers.jsonl'), 'utf8')
      .trim()
      .split('\n')
    const correctness = answers.map((line) => (JSON.parse(line) as { correctness: number }).correctness)
    expect(correctness.filter((value) => value >= 0.5).length).toBeGreaterThan(5)
    expect(correctness.filter((value) => value < 0.5).length).toBeGreaterThan(5)
  })

  it('ends with the same bytes after kill -9 of both sides in knowledge, gradients and tuning', async () => {
    for (const stage of ['knowledge', 'gradients', 'tuning']) {
      const child = grait('disturbed', 'cache-b')
      const end = finished(child)
      const deadline = Date.now() + 300_000
      while (!underWay('cache-b', stage) && child.exitCode === null && Date.now() < deadline) await delay(20)
      expect(child.exitCode, `${stage} was over before it could be killed`).toBeNull()
      const runtimes = childrenOf(child.pid as number)
      expect(runtimes.length).toBeGreaterThan(0)
      for (const pid of [child.pid as number, ...runtimes]) process.kill(pid, 'SIGKILL')
      await end
    }
    const { status, stderr } = await finished(grait('disturbed', 'cache-b'))
    expect(status, stderr).toBe(0)
    const same = [
      'results.json',
      'knowledge/answers.jsonl',
      'gradients/idk/shard-00000.npy',
      'selection/train.jsonl',
      'tuning/adapter/adapter_model.safetensors',
    ]
    for (const name of same) {
      expect(readFileSync(join(dir, 'disturbed', name)).equals(readFileSync(join(dir, 'undisturbed', name))), name).toBe(true)
    }
  })

  it('leaves no Python behind when only this side is killed', async () => {
    const child = grait('orphan', 'cache-c')
    const end = finished(child)
    while (!underWay('cache-c', 'knowledge')) await delay(50)
    const runtimes = childrenOf(child.pid as number)
    process.kill(child.pid as number, 'SIGKILL')
    await end
    await delay(3000)
    expect(runtimes.filter(isAlive)).toEqual([])
  })
})
