import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pythonBeside } from '../../scripts/python-beside.mjs'
import { startRuntime } from '../../src/index.js'
import { type Benchmark, faster, median, share } from './bench-line.js'
import { benchSamples, writeSamples } from './bench-samples.js'
import { runPythonBench } from './python-bench.js'

const SAMPLES = 200
const ROUNDS = 2

/** Training on the runtime's own loop against TRL's SFTTrainer: same LoRA, same steps in the same order. */
export const training: Benchmark = async (report) => {
  const folder = await mkdtemp(join(tmpdir(), 'grait-bench-'))
  try {
    const list = join(folder, 'samples.jsonl')
    const source = await write(list)
    const trl = await pythonBeside('.venv-bench', ['bench'], 'TRL')
    const args = ['--samples', list, '--count', String(SAMPLES)]
    const [ours, theirs]: [Run[], Run[]] = [[], []]
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(trained(await runPythonBench('training', args)))
      theirs.push(trained(await runPythonBench('sft_trainer', args, trl)))
    }
    const of = (runs: Run[], fact: keyof Run) => median(runs.map((run) => run[fact]))
    const what = `LoRA training, rank 8, batch 16, an epoch of ${SAMPLES} ${source}`
    const [mine, reference] = [of(ours, 'seconds'), of(theirs, 'seconds')]
    report(faster({ name: 'training/time', what, unit: 's' }, mine, reference, "TRL's SFTTrainer"))
    const loss = { name: 'training/loss', what: 'mean loss of the same samples after it', unit: 'nats' } as const
    report(share(loss, of(ours, 'loss_after'), of(theirs, 'loss_after'), "TRL's SFTTrainer"))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Run {
  seconds: number
  loss_after: number
}

function trained(facts: Record<string, unknown>[]): Run {
  const run = facts.find(({ what }) => what === 'training')
  if (run === undefined) throw new Error('the training reported nothing')
  process.stderr.write(`${JSON.stringify(run)}\n`)
  return run as unknown as Run
}

async function write(list: string): Promise<string> {
  const runtime = await startRuntime()
  try {
    const model = await runtime.loadModel({ source: 'embedded:smollm2-135m-instruct', dtype: 'float32' })
    const { samples, source } = await benchSamples(model, SAMPLES)
    await writeSamples(list, samples)
    return source
  } finally {
    await runtime.close()
  }
}
