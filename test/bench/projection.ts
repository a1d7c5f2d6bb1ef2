import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRuntime } from '../../src/index.js'
import { type Benchmark, faster, share } from './bench-line.js'
import { benchSamples, writeSamples } from './bench-samples.js'
import { runPythonBench } from './python-bench.js'

const SAMPLES = 64

interface Measured {
  form: string
  kind: string
  dim: number
  sparsity: number | null
  correlation: number
  error_sd: number
  bound_sd: number
  ms_per_sample: number
}

/** Inner products of real gradients before and after projection: their error against the Johnson-Lindenstrauss bound. */
export const projection: Benchmark = async (report) => {
  const folder = await mkdtemp(join(tmpdir(), 'grait-bench-'))
  try {
    const list = join(folder, 'samples.jsonl')
    const runtime = await startRuntime()
    try {
      const model = await runtime.loadModel({ source: 'embedded:smollm2-135m-instruct', dtype: 'float32' })
      await writeSamples(list, (await benchSamples(model, SAMPLES)).samples)
    } finally {
      await runtime.close()
    }
    const lines = (await runPythonBench('projection', ['--samples', list, '--count', String(SAMPLES)])) as unknown as Measured[]
    for (const line of lines) process.stderr.write(`${JSON.stringify(line)}\n`)
    for (const sparse of lines.filter(({ sparsity }) => sparsity === 4)) {
      const { form, dim } = sparse
      const dense = lines.find((line) => line.kind === 'rademacher' && line.form === form && line.dim === dim) as Measured
      const what = `error (standard deviation) of inner products of gradients, ${form} form, sparse projection to ${dim}`
      const bound = 'the bound, sqrt(2/d)'
      report(share({ name: `projection/${form}-${dim}`, what, unit: '' }, sparse.error_sd, sparse.bound_sd, bound))
      if (form === 'adam' && dim === 8192) {
        const cost = { name: 'projection/time', what: `sparse projection to ${dim} of a sample's gradient, rank 8`, unit: 'ms' } as const
        report(faster(cost, sparse.ms_per_sample, dense.ms_per_sample, 'dense signs'))
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
