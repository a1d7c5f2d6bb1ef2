import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { writeFeatures } from '../../src/pipeline/features/store.js'
import { alone, type Benchmark, faster } from './bench-line.js'
import { runPythonBench } from './python-bench.js'

/** As many questions as MMLU's test, the default dimension. */
const [ROWS, DIM] = [14_042, 8_192]
const CHILD = fileURLToPath(new URL('influence-child.ts', import.meta.url))

/** Influences of a whole data set from the stored features, in a process of its own, against NumPy's N x N product. */
export const influence: Benchmark = async (report) => {
  const folder = await mkdtemp(join(tmpdir(), 'grait-bench-'))
  try {
    await store(join(folder, 'idk'))
    const { stdout } = await execa(process.execPath, ['--import', 'tsx', CHILD, folder])
    const { seconds, megabytes } = JSON.parse(stdout) as { seconds: number; megabytes: number }
    const [numpy] = await runPythonBench('numpy_influence', [join(folder, 'idk')])
    const what = `influences of ${ROWS} questions, ${DIM} dimensions, from disk`
    report(faster({ name: 'influence/time', what, unit: 's' }, seconds, numpy?.['seconds'] as number, 'the N x N product in NumPy'))
    report(alone({ name: 'influence/memory', what: `${what}: peak of the whole process`, unit: 'MB' }, megabytes))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function store(dir: string): Promise<void> {
  const ids = Array.from({ length: ROWS }, (_, i) => `q${i}`)
  const values = Float32Array.from({ length: DIM + ROWS }, (_, i) => Math.sin(i * i) / Math.sqrt(DIM / 2))
  const index = {
    ids,
    norms: ids.map(() => 1),
    dim: DIM,
    dtype: 'float32',
    normalised: true,
    form: 'adam',
    projection: { kind: 'sjlt', dim: DIM, sparsity: 4, seed: 0 },
    failures: [],
  } as const
  // Row i is the window of `values` from i on.
  await writeFeatures(dir, { ...index, ids, failures: [] }, async (id) => new Uint8Array(values.buffer, 4 * Number(id.slice(1)), 4 * DIM))
}
