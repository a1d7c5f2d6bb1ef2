import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startRuntime } from '../../src/index.js'
import type { OptionsPrompt } from '../../src/runtime/calls/sample.js'
import { type BenchLine, median, share } from './bench-line.js'
import { runPythonBench } from './python-bench.js'
import type { QueryWorkload } from './query-workload.js'

/** What a CPU gives a batch, see planning.py. */
const BATCH_MEGABYTES = 1074
const FEW = 100

/** A whole split with a small model: what the TypeScript side costs, and what memory grows with. */
export async function queryOverhead(
  work: QueryWorkload,
  folder: string,
  secondsAQuestion: number,
  report: (line: BenchLine) => void,
): Promise<void> {
  const small = join(folder, 'small')
  await runPythonBench('query', ['--small', small])
  const runtime = await startRuntime()
  try {
    const model = await runtime.loadModel({ source: `path:${small}`, dtype: 'float32' })
    const ask = async (items: OptionsPrompt[]) => {
      await forgetPeak(runtime.info.pid)
      const [started, before] = [performance.now(), process.cpuUsage()]
      let rows = 0
      for await (const _ of model.scoreOptions(items)) rows += 1
      if (rows !== items.length) throw new Error(`${rows} of ${items.length} questions were scored`)
      const { user, system } = process.cpuUsage(before)
      return { wall: (performance.now() - started) / 1000, node: (user + system) / 1e6, megabytes: await peakMegabytes(runtime.info.pid) }
    }
    await ask(work.all.slice(0, FEW))
    const rest = await residentMegabytes(runtime.info.pid)
    const few = await ask(work.all.slice(0, FEW))
    const runs = [await ask(work.all), await ask(work.all), await ask(work.all)]
    const megabytesOfAll = Math.max(...runs.map(({ megabytes }) => megabytes))
    const nodeSeconds = median(runs.map(({ node }) => node))
    const otherSeconds = median(runs.map(({ wall, node }) => wall - node))
    const count = `${work.all.length} questions of ${work.mcqa}`
    const memory = {
      name: 'query/memory',
      what: `most memory above rest of the runtime that scores ${count}, a small model`,
      unit: 'MB',
    } as const
    const budget = `a batch's budget; ${FEW} questions took ${Math.round(few.megabytes - rest)} MB`
    report(share(memory, megabytesOfAll - rest, BATCH_MEGABYTES, budget))
    const node = { what: `processor time of Node while ${count} are scored`, unit: 's' } as const
    report(share({ name: 'query/node-small', ...node }, nodeSeconds, otherSeconds, 'the rest of the time, a model of two narrow layers'))
    const embedded = secondsAQuestion * work.all.length
    report(share({ name: 'query/node', ...node }, nodeSeconds, embedded, 'the time they take SmolLM2-135M, from 200 of them'))
  } finally {
    await runtime.close()
  }
}

/** Linux keeps the most memory a process had; writing 5 starts it anew. */
async function forgetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5')
}

function peakMegabytes(pid: number): Promise<number> {
  return statusMegabytes(pid, 'VmHWM')
}

function residentMegabytes(pid: number): Promise<number> {
  return statusMegabytes(pid, 'VmRSS')
}

async function statusMegabytes(pid: number, key: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const kibibytes = Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)?.[1])
  if (!(kibibytes > 0)) throw new Error(`/proc/${pid}/status has no ${key}`)
  return (kibibytes * 1024) / 1e6
}
