/**
 * Round trip of an empty call, over a real runtime.
 * `npx tsx test/bench/round-trip.ts [interpreter]`
 */
import { startRuntime } from '../../src/index.js'

const CALLS = 5_000

const python = process.argv[2]
const runtime = await startRuntime(python === undefined ? {} : { python })

const times: number[] = []
for (let i = 0; i < CALLS; i += 1) {
  const start = performance.now()
  await runtime.noop()
  times.push(performance.now() - start)
}
times.sort((a, b) => a - b)
const at = (share: number) => `${times[Math.floor(share * CALLS)]!.toFixed(3)} ms`

const start = performance.now()
await Promise.all(Array.from({ length: CALLS }, () => runtime.noop()))
const perSecond = CALLS / ((performance.now() - start) / 1_000)

process.stdout.write(
  `empty call: median ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}; ${perSecond.toFixed(0)} a second where they overlap\n`,
)
await runtime.close()
