/**
 * `npm run bench -- NAME [--keep]`: measures, and prints one JSON line a figure.
 * `--keep` puts the lines into docs/benchmarks.jsonl in place of those of the same name; `npm run bench -- table` writes
 * the table of docs/benchmarks.md from that file.
 */

import type { Benchmark } from './bench-line.js'
import { writeBenchmarkPage } from './benchmark-page.js'
import { keepLine } from './kept-lines.js'

const BENCHMARKS: Record<string, () => Promise<Benchmark>> = {
  query: async () => (await import('./query.js')).query,
  'query-overhead': async () => (await import('./query.js')).overhead,
  'feature-stream': async () => (await import('./feature-stream.js')).featureStream,
  gradients: async () => (await import('./gradients.js')).gradients,
  influence: async () => (await import('./influence.js')).influence,
  training: async () => (await import('./training.js')).training,
  projection: async () => (await import('./projection.js')).projection,
  judging: async () => (await import('./judging.js')).judging,
  'round-trip': async () => (await import('./round-trip.js')).roundTrip,
}

const [name, ...flags] = process.argv.slice(2)
const load = name === undefined ? undefined : BENCHMARKS[name]
if (name === 'table') {
  writeBenchmarkPage()
} else if (load === undefined) {
  process.stderr.write(`npm run bench -- ${[...Object.keys(BENCHMARKS), 'table'].join(' | ')}   (--keep keeps what is measured)\n`)
  process.exitCode = 2
} else {
  const benchmark = await load()
  await benchmark((line) => {
    process.stdout.write(`${JSON.stringify(line)}\n`)
    if (flags.includes('--keep')) keepLine(line)
  })
}
