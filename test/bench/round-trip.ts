import { startRuntime } from '../../src/index.js'
import { alone, type Benchmark, median } from './bench-line.js'

const CALLS = 5_000

/** Round trip of an empty typed call, over a real runtime. */
export const roundTrip: Benchmark = async (report) => {
  const runtime = await startRuntime()
  try {
    const times: number[] = []
    for (let i = 0; i < CALLS; i += 1) {
      const start = performance.now()
      await runtime.noop()
      times.push(performance.now() - start)
    }
    report(alone({ name: 'round-trip/empty-call', what: 'round trip of an empty call', unit: 'ms' }, median(times)))
  } finally {
    await runtime.close()
  }
}
