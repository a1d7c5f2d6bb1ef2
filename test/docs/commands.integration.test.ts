import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { blocks, documentedCommands, pages, root } from './documented-commands.js'
import { writeWorkspace } from './workspace.js'

const dir = mkdtempSync(join(tmpdir(), 'grait-docs-'))
const base = join(dir, 'base')
const tsx = join(root, 'node_modules/.bin/tsx')
const main = inject('commandLine')
let env: Record<string, string>
let server: ChildProcess

/** A comparison of all methods with three seeds takes minutes. */
const PATIENCE_MS = 600_000

/** Kept from running: they would download a build of PyTorch of several gigabytes, and a model of half a gigabyte. */
const NOT_RUN = ['setup --device cuda', 'setup --models gemma3-270m']
/** Starts a Python of its own, for packages or a device that the served one lacks. */
const OF_ITS_OWN = /quantization=nf4|device=cuda|^repl(?!.*--attach)/

/** What a comparison says, with exit status 1, where the knowledge flow of the tiny model leaves CRaFT nothing to train on. */
const FOUND_NOTHING = /^- FAILED: craft(, craft-no-certainty)? \(seed.*no unknown question is left after the knowledge flow/

/** A line that stands on several pages is run once, on the first. */
const distinct = [
  ...new Map(
    documentedCommands()
      .reverse()
      .map((command) => [command.words.join(' '), command]),
  ).values(),
].reverse()
const commands = distinct.filter(({ words }) => !NOT_RUN.includes(words.join(' ')) && words[0] !== 'serve')

function grait(words: readonly string[], cwd: string, more: Record<string, string> = {}, input = '') {
  return execa(process.execPath, [main, ...words], { cwd, env: { ...env, ...more }, input, reject: false })
}

/** Each page has files of its own; a run that it speaks of and does not make is there. */
function workspaceOf(page: string): string {
  const folder = join(dir, page.replaceAll('/', '-'))
  if (existsSync(folder)) return folder
  mkdirSync(folder)
  const makesRun = commands.some((command) => command.page === page && /--out runs\/mine/.test(command.words.join(' ')))
  cpSync(base, folder, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !(makesRun && source.endsWith(join('base', 'runs'))),
  })
  return folder
}

/** A served runtime, and the path that it prints. */
async function serve(words: readonly string[]): Promise<{ child: ChildProcess; path: string }> {
  const child = spawn(process.execPath, [main, ...words], {
    cwd: base,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [path] = (await once(child.stdout!.setEncoding('utf8'), 'data')) as [string]
  return { child, path: path.trim() }
}

beforeAll(async () => {
  mkdirSync(base)
  const home = join(dir, 'shared')
  mkdirSync(home)
  env = writeWorkspace(base, home, inject('python'))
  const served = await serve(['serve', '--model', 'embedded:smollm2-135m-instruct', '--idle-timeout', '60'])
  server = served.child
  const { exitCode, stderr } = await grait(['run', 'my.yaml', '--out', 'runs/mine'], base, { GRAIT_ATTACH: served.path })
  expect(exitCode, stderr).toBe(0)
})
afterAll(async () => {
  server.kill('SIGINT')
  await once(server, 'exit')
  rmSync(dir, { recursive: true, force: true })
})

describe('a command of the pages', () => {
  it.each(commands.map(({ page, words }) => [page, words.join(' '), words] as const))(
    '%s: grait %s',
    async (page, line, words) => {
      const cwd = workspaceOf(page)
      const attached = OF_ITS_OWN.test(line) ? {} : { GRAIT_ATTACH: 'auto' }
      const { exitCode, stdout, stderr } = await grait(words, cwd, attached, '1 + 1\n')
      if (line.includes('device=cuda') && exitCode !== 0) {
        expect(stderr).toMatch(/device cuda was asked for/)
        return
      }
      // `doctor` exits with 1 where something is amiss with the machine, and says so.
      const failed = stdout.match(/^- FAILED: .*$/gm) ?? []
      const explained = words[0] === 'doctor' || (failed.length > 0 && failed.every((line) => FOUND_NOTHING.test(line)))
      expect(explained ? 0 : exitCode, stderr).toBe(0)
      expect(stdout.trim()).not.toBe('')
      if (words[0] === 'repl') expect(stdout).toMatch(/^grait> 2$/m)
      // "Put your questions in the second."
      if (words[0] === 'init') cpSync(join(cwd, 'my.jsonl'), join(cwd, words[1] as string, 'questions.jsonl'))
    },
    PATIENCE_MS,
  )

  it('that serves prints where to attach to, and ends at Ctrl-C', async () => {
    const { child, path } = await serve(['serve', '--model', 'embedded:smollm2-135m-instruct'])
    expect(existsSync(path)).toBe(true)
    child.kill('SIGINT')
    const [status] = (await once(child, 'exit')) as [number | null]
    expect(status).toBe(0)
    expect(existsSync(path)).toBe(false)
  })
})

describe('a snippet of TypeScript on the pages', () => {
  const snippets = pages.flatMap((page) => blocks(page, 'ts').map((code, index) => [page.slice(root.length), index, code] as const))

  it.each(snippets)(
    '%s, number %i, runs',
    async (page, index, code) => {
      const file = join(workspaceOf(page), `snippet-${index}.mts`)
      writeFileSync(file, code)
      const { exitCode, stderr } = await execa(tsx, ['--tsconfig', join(root, 'tsconfig.json'), file], {
        cwd: workspaceOf(page),
        env: { ...env, GRAIT_ATTACH: 'auto' },
        reject: false,
      })
      expect(exitCode, stderr).toBe(0)
    },
    PATIENCE_MS,
  )
})
