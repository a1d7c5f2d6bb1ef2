import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, inject, it } from 'vitest'
import { folderWith } from '../data/temporary-folder.js'

const main = inject('commandLine')
const command = [process.execPath, main]
/** Runs the command line through a shell, whose redirections and limits the cases need. */
const shell = (line: string, cwd?: string) =>
  execa('bash', ['-c', `grait() { ${command.map((part) => `'${part}'`).join(' ')} "$@"; }; ${line}`], {
    reject: false,
    ...(cwd === undefined ? {} : { cwd }),
  })

const QUESTIONS = '{"id": "a", "kind": "oeqa", "question": "Q?", "answers": ["Paris"]}\n'
const COUNTS = '{"initial": {"correct": 5, "wrong": 5}, "methods": {"m": {"correct": 6, "wrong": 2, "refused": 2}}}'
const PRINTING = ['data atlas', 'schema', '--help', 'run --help', '--version', 'score --counts counts.json', 'init made']

describe.each(PRINTING)('grait %s', (args) => {
  it.skipIf(!existsSync('/dev/full'))('into a full disk ends with status 1 and one sentence', async () => {
    const { exitCode, stderr } = await shell(`grait ${args} > /dev/full`, folderWith({ 'counts.json': COUNTS }))
    expect(stderr.match(/^grait: .*$/gm)).toEqual(["grait: standard output: can't be written: no space left on device"])
    expect(stderr).not.toContain('    at ')
    expect(exitCode).toBe(1)
  })

  it('into a pipe that nobody reads any more ends quietly', async () => {
    const dir = folderWith({ 'counts.json': COUNTS })
    const child = spawn(command[0] as string, [...command.slice(1), ...args.split(' ')], { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.destroy()
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    const [status] = (await once(child, 'close')) as [number | null]
    expect(stderr).not.toMatch(/grait: |EPIPE| {4}at /)
    expect(status).toBe(0)
  })
})

describe('output that cannot be written', () => {
  it('is told where the disk takes a part of it: nothing ends with status 0 and half a file', async () => {
    const { exitCode, stderr } = await shell('ulimit -f 100; grait data atlas > part.jsonl', folderWith({}))
    expect(stderr).toContain("grait: standard output: can't be written: file too large")
    expect(exitCode).toBe(1)
  })

  it.skipIf(!existsSync('/dev/full'))('on stderr does not stop the work', async () => {
    const { exitCode, stdout } = await shell('grait data atlas --limit 3 2> /dev/full', folderWith({}))
    expect(stdout.split('\n')).toHaveLength(3)
    expect(exitCode).toBe(0)
  })

  it('leaves no file of an export behind, whole or half, and its old files as they were', async () => {
    const dir = folderWith({ 'q.jsonl': QUESTIONS })
    const full = await shell('ulimit -f 20; grait export lm-eval atlas --out tasks', dir)
    expect(full.stderr).toMatch(/grait: .*grait_atlas\.jsonl: can't be written: file too large/)
    expect(full.exitCode).toBe(1)
    expect(readdirSync(join(dir, 'tasks'))).toEqual([])
  })

  it('names the folder that may not be written', async () => {
    const dir = folderWith({ 'q.jsonl': QUESTIONS, 'a file': '' })
    const { exitCode, stderr } = await shell("grait export lm-eval jsonl:q.jsonl --out 'a file/tasks'", dir)
    expect(stderr).toMatch(/grait: .*a file\/tasks\/grait_q\.jsonl: can't be written: not a directory/)
    expect(exitCode).toBe(1)
  })
})
