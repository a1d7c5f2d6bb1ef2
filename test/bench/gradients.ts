import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Model, startRuntime } from '../../src/index.js'
import { collectFeatures } from '../../src/pipeline/features/collection.js'
import { type Benchmark, faster, median, share } from './bench-line.js'
import { benchSamples, writeSamples } from './bench-samples.js'
import { pacedPythonBench } from './python-bench.js'

const SAMPLES = 200
const ROUNDS = 3
const ATTENTION = ['q_proj', 'k_proj', 'v_proj', 'o_proj']
const GRADIENTS = { form: 'adam', projection: { kind: 'sjlt', dim: 8192, sparsity: 4, seed: 0 }, dtype: 'float32' } as const

/** Feature collection, from text to .npy files, against a bare forward and backward pass, LESS's loop and a simple good one. */
export const gradients: Benchmark = async (report) => {
  const folder = await mkdtemp(join(tmpdir(), 'grait-bench-'))
  const runtime = await startRuntime()
  try {
    const model = await runtime.loadModel({ source: 'embedded:smollm2-135m-instruct', dtype: 'float32' })
    const { samples, source } = await benchSamples(model, SAMPLES)
    const list = join(folder, 'samples.jsonl')
    await writeSamples(list, samples)
    for (const rank of [8, 128]) {
      const adapter = join(folder, `adapter-${rank}`)
      const lora = { rank, alpha: 2 * rank, targets: ATTENTION, batchSize: 16, output: adapter, keepOptimizer: true }
      await model.trainLora(samples.slice(0, 32), lora)
      const collect = () => collected(model, samples, adapter, join(folder, 'features'))
      const references = await pacedPythonBench('gradients', ['--samples', list, '--count', String(SAMPLES), '--adapter', adapter])
      const reference = async (what: string) => (await references.measure(what))['seconds'] as number
      const [ours, bare]: [number[], number[]] = [[], []]
      for (let round = 0; round < ROUNDS; round++) {
        bare.push(await reference('bare'))
        ours.push(await collect())
      }
      const whole = { what: `gradient features of ${samples.length} ${source}, rank ${rank}, to disk`, unit: 's' } as const
      report(share({ name: `gradients/rank-${rank}`, ...whole }, median(ours), median(bare), 'a bare forward and backward pass'))
      const less = { name: `gradients/less-rank-${rank}`, ...whole }
      report(faster(less, median(ours), await reference('less'), "LESS's loop (16 samples and 32 of the dense columns, scaled)"))
      if (rank === 8) {
        const simple = { name: `gradients/simple-rank-${rank}`, ...whole }
        report(faster(simple, median(ours), await reference('simple'), 'autograd a sample, sparse projection (40 samples, scaled)'))
      }
      await references.close()
    }
  } finally {
    await runtime.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Seconds from samples to a finished store. */
async function collected(model: Model, samples: Parameters<typeof collectFeatures>[1], adapter: string, folder: string): Promise<number> {
  await rm(folder, { recursive: true, force: true })
  const started = performance.now()
  const places = { files: join(folder, 'files'), resume: join(folder, 'resume') }
  const failures = await collectFeatures(model, samples, { adapter, gradients: GRADIENTS, maker: null, copiedTo: tmpdir() }, places)
  if (failures.length > 0) throw new Error(`${failures.length} samples failed, the first: ${failures[0]?.message}`)
  return (performance.now() - started) / 1000
}
