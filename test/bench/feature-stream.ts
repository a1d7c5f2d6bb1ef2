import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { DEFAULT_LIMITS } from '../../src/bridge/limits.js'
import { gradientFeatureBatches } from '../../src/runtime/calls/gradient-features.js'
import { RuntimeSession } from '../../src/runtime/process/session.js'
import { provideRuntime } from '../../src/runtime/provision/provide.js'
import { alone, type Benchmark, median } from './bench-line.js'

const DIM = 8192
/** Rows of a call: 512 MiB. */
const ROWS = 16_384
const ROUNDS = 7
/** A consumer's time for a message of 1 MiB. */
const SLOW_MS = 5

/** Features from Python's memory to typed arrays in TypeScript, through the runtime's own server and wrapper. */
export const featureStream: Benchmark = async (report) => {
  const { python, env, runtimeDir } = await provideRuntime()
  const command = { executable: python, args: ['-m', 'grait_runtime.bench', 'feature_stream'], cwd: runtimeDir, env }
  const { session } = await RuntimeSession.open(command, { limits: DEFAULT_LIMITS, onLog: () => {} })
  const stream = (rows: number) => {
    const samples = Array.from({ length: rows }, (_, i) => ({ id: `${i}`, prompt: 'p', target: 't' }))
    return gradientFeatureBatches(session.client, 'm', samples, { adapter: '/', projection: { kind: 'sjlt', dim: DIM } })
  }
  try {
    await bytesPerMs(stream(ROWS))
    const rates: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) rates.push((await bytesPerMs(stream(ROWS))) / 1e6)
    const what = 'feature rows from Python to typed arrays, 1 MiB a message'
    report(alone({ name: 'feature-stream/rate', what, unit: 'GB/s' }, median(rates)))

    const before = await residentBytes(session.pid)
    let most = 0
    for await (const _ of stream(ROWS)) {
      await sleep(SLOW_MS)
      most = Math.max(most, (await residentBytes(session.pid)) - before)
    }
    const growth = 'growth of both processes while a slow consumer reads 512 MiB of features'
    report(alone({ name: 'feature-stream/slow-consumer', what: growth, unit: 'MB' }, most / 1e6))
  } finally {
    await session.close()
  }
}

/** From the first message to the last: what comes before is the request. */
async function bytesPerMs(batches: AsyncIterable<{ features: { byteLength: number } }>): Promise<number> {
  let [started, bytes] = [0, 0]
  for await (const { features } of batches) {
    if (started === 0) started = performance.now()
    else bytes += features.byteLength
  }
  return bytes / (performance.now() - started)
}

/** Resident memory of this process and the runtime. */
async function residentBytes(pid: number): Promise<number> {
  const { stdout } = await execa('ps', ['-o', 'rss=', '-p', String(pid)])
  return process.memoryUsage().rss + 1024 * Number(stdout)
}
