import { chmodSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The command line's main file, from today's source: `node <it> run ...`. */
    commandLine: string
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Gives the tests the command line as JavaScript. Node starts it in half the time of TypeScript, and tests start it hundreds of times.
 * The folder is as deep as src/, because the source finds other files from its own place.
 */
export default async function setup(project: TestProject): Promise<void> {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const outdir = join(root, '.compiled')
  await build({
    entryPoints: sources.map((name) => join(root, 'src', name)),
    outdir,
    outbase: join(root, 'src'),
    bundle: false,
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
  })
  const main = join(outdir, 'cli', 'main.js')
  chmodSync(main, 0o755)
  project.provide('commandLine', main)
}
