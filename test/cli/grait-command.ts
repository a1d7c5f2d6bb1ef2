import { execa } from 'execa'
import { inject } from 'vitest'

const main = inject('commandLine')

/** Runs the command line from source; never rejects. */
export function grait(args: string[], cwd?: string, env: Record<string, string> = {}) {
  return execa(process.execPath, [main, ...args], {
    reject: false,
    env,
    ...(cwd === undefined ? {} : { cwd }),
  })
}
