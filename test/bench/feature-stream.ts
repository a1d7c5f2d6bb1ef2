import { setTimeout as sleep } from 'node:timers/promises'
import { DEFAULT_LIMITS } from '../../src/bridge/limits.js'
import { gradientFeatureBatches } from '../../src/runtime/gradient-features.js'
import { provideRuntime } from '../../src/runtime/provision/provide.js'
import { RuntimeSession } from '../../src/runtime/session.js'
import { alone, type Benchmark, median } from './bench-line.js'

const DIM = 8192
const ROUNDS = 5
/** 2 GiB for the speed, 256 MiB for the slow consumer. */
const [ROWS, SLOW_ROWS] = [65_536, 8_192]

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
    await read(stream(SLOW_ROWS))
    const rates: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const started = performance.now()
      const bytes = await read(stream(ROWS))
      rates.push(bytes / 1e6 / (performance.now() - started))
    }
    const what = 'feature rows from Python to typed arrays, 1 MiB a message'
    report(alone({ name: 'feature-stream/rate', what, unit: 'GB/s' }, median(rates)))

    const before = process.memoryUsage().arrayBuffers
    let most = 0
    for await (const { features } of stream(SLOW_ROWS)) {
      if (features.length === 0) throw new Error('an empty batch')
      await sleep(3)
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    }
    const waiting = 'memory that 256 MiB of features hold while a slow consumer reads them'
    report(alone({ name: 'feature-stream/slow-consumer', what: waiting, unit: 'MB' }, most / 1e6))
  } finally {
    await session.close()
  }
}

async function read(batches: AsyncIterable<{ features: { byteLength: number } }>): Promise<number> {
  let bytes = 0
  for await (const { features } of batches) bytes += features.byteLength
  return bytes
}
