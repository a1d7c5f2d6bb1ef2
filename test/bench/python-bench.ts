import { createInterface } from 'node:readline'
import { execa } from 'execa'
import { DEFAULT_ENV } from '../../src/runtime/process/command.js'
import { provideRuntime } from '../../src/runtime/provision/provide.js'

type Facts = Record<string, unknown>

/** An interpreter and the environment to run it with. */
export interface BenchPython {
  python: string
  env: Record<string, string>
}

/** `python -m grait_runtime.bench NAME args`: what it reports, line by line, once it has ended. */
export async function runPythonBench(name: string, args: string[], interpreter?: BenchPython): Promise<Facts[]> {
  const { python, env } = interpreter ?? (await provideRuntime())
  const { stdout } = await execa(python, ['-m', 'grait_runtime.bench', name, ...args], {
    env: { ...DEFAULT_ENV, ...env },
    extendEnv: false,
    stderr: 'inherit',
  })
  return facts(stdout.split('\n'))
}

/** The same, left running: it measures one thing each time it is asked, so that both sides take turns on the machine. */
export interface PacedBench {
  measure(what: string): Promise<Facts>
  close(): Promise<void>
}

export async function pacedPythonBench(name: string, args: string[]): Promise<PacedBench> {
  const { python, env } = await provideRuntime()
  const child = execa(python, ['-m', 'grait_runtime.bench', name, ...args, '--paced'], {
    env: { ...DEFAULT_ENV, ...env },
    extendEnv: false,
    buffer: false,
    stdin: 'pipe',
    stderr: 'inherit',
    reject: false,
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => {
    const { done, value } = await lines.next()
    if (done) throw new Error(`the Python side of ${name} ended`)
    return JSON.parse(value) as Facts
  }
  await next()
  return {
    async measure(what) {
      child.stdin.write(`${what}\n`)
      return next()
    },
    async close() {
      child.stdin.end()
      await child
    },
  }
}

/** Libraries print lines of their own. */
function facts(lines: string[]): Facts[] {
  return lines.filter((line) => line.startsWith('{"what"')).map((line) => JSON.parse(line) as Facts)
}
