import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Model, startRuntime } from '../../src/index.js'
import { type BenchLine, type Benchmark, faster, median, share } from './bench-line.js'
import { pacedPythonBench } from './python-bench.js'
import { queryOverhead } from './query-overhead.js'
import { type QueryWorkload, queryWorkload, writeLines } from './query-workload.js'

const OPEN = 100
const SAMPLES = 10
const MAX_TOKENS = 10
const ROUNDS = 3

/** Asking questions, from text to numbers on the TypeScript side, against the ordinary ways with transformers. */
export const query: Benchmark = async (report) => {
  const folder = await mkdtemp(join(tmpdir(), 'grait-bench-'))
  const work = await queryWorkload(OPEN)
  try {
    const secondsAQuestion = await againstTransformers(work, folder, report)
    await queryOverhead(work, folder, secondsAQuestion, report)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The second half of `query` alone: what the TypeScript side costs, and what memory grows with. */
export const overhead: Benchmark = async (report) => {
  const folder = await mkdtemp(join(tmpdir(), 'grait-bench-'))
  const work = await queryWorkload(OPEN)
  const runtime = await startRuntime()
  try {
    const model = await runtime.loadModel({ source: 'embedded:smollm2-135m-instruct', dtype: 'float32' })
    await scored(model, { ...work, some: work.some.slice(0, 8) })
    const secondsAQuestion = (await scored(model, work)) / work.some.length
    await model.unload()
    await queryOverhead(work, folder, secondsAQuestion, report)
  } finally {
    await runtime.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Seconds that a scored question takes the embedded model. */
async function againstTransformers(work: QueryWorkload, folder: string, report: (line: BenchLine) => void): Promise<number> {
  const runtime = await startRuntime()
  const [options, prompts] = [join(folder, 'options.jsonl'), join(folder, 'prompts.jsonl')]
  await writeLines(options, work.some)
  await writeLines(prompts, work.open)
  const threads = String(runtime.info.device.threads)
  const references = await pacedPythonBench('query', ['--options', options, '--prompts', prompts, '--threads', threads])
  const reference = async (what: string) => (await references.measure(what))['seconds'] as number
  try {
    const model = await runtime.loadModel({ source: 'embedded:smollm2-135m-instruct', dtype: 'float32' })
    await scored(model, { ...work, some: work.some.slice(0, 8) })
    const taken: Record<string, number[]> = {}
    const take = async (what: string, seconds: Promise<number>) => {
      taken[what] = [...(taken[what] ?? []), await seconds]
    }
    for (let round = 0; round < ROUNDS; round++) {
      await take('score', scored(model, work))
      await take('generate', generated(model, work))
      if (round === ROUNDS - 1) continue // the slow ones twice
      for (const what of ['suffixes', 'published', 'simple']) await take(what, reference(what))
      await take('transformers', reference('generate'))
    }
    const of = (what: string) => median(taken[what] as number[])
    const scoring = { what: `option scores of ${work.some.length} questions of 4 subjects of ${work.mcqa}, 5 examples`, unit: 's' } as const
    const fourPasses = 'four padded full passes a question at batch 8 (16 questions, scaled)'
    report(faster({ name: 'query/published', ...scoring }, of('score'), of('published'), fourPasses))
    const onePass = 'one padded pass a question at batch 8, by length (48 questions, scaled)'
    report(faster({ name: 'query/simple', ...scoring }, of('score'), of('simple'), onePass))
    const suffixes = 'a forward of the questions alone, the cache of the examples attached'
    report(share({ name: 'query/suffixes', ...scoring }, of('score'), of('suffixes'), suffixes))
    const sampling = `${SAMPLES} samples of at most ${MAX_TOKENS} tokens to each of ${OPEN} ${work.oeqa}, 3 examples`
    const transformers = "transformers' generate, num_return_sequences 10, batch 25 (25 questions, scaled)"
    report(faster({ name: 'query/generate', what: sampling, unit: 's' }, of('generate'), of('transformers'), transformers))
    return of('score') / work.some.length
  } finally {
    await references.close()
    await runtime.close()
  }
}

async function scored(model: Model, { some }: QueryWorkload): Promise<number> {
  const started = performance.now()
  for await (const { logprobs } of model.scoreOptions(some)) if (logprobs.length < 2) throw new Error('a question without scores')
  return (performance.now() - started) / 1000
}

async function generated(model: Model, { open }: QueryWorkload): Promise<number> {
  const started = performance.now()
  const drawing = { samples: SAMPLES, temperature: 1, maxTokens: MAX_TOKENS, stop: ['\n'], seed: 0 }
  for await (const { texts } of model.generate(open, drawing)) if (texts.length !== SAMPLES) throw new Error('a question without samples')
  return (performance.now() - started) / 1000
}
