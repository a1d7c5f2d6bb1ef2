import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/** Runs the command line from source; never rejects. */
export function grait(args: string[], cwd?: string, env: Record<string, string> = {}) {
  return execa(process.execPath, ['--import', import.meta.resolve('tsx'), main, ...args], {
    reject: false,
    env,
    ...(cwd === undefined ? {} : { cwd }),
  })
}
