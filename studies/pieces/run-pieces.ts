import { readFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { type CompareOutcome, type Config, compareExperiment, type JudgedAnswer, type JudgedSet, type RunReporter } from 'grait'
import { isInitial } from '../../src/evaluation/result-rows.js'
import { digestOf } from '../../src/pipeline/cache/digest.js'
import { readJsonLines } from '../../src/pipeline/folder/json-lines-file.js'
import { methodFolder } from '../evaluated.js'
import { inScratchFolder } from '../scratch.js'
import { isKept, type KeptPiece, keepPiece, keptSet } from './kept-answers.js'
import { type Limits, mayGoOn, type Piece, piecesOf } from './pieces.js'
import { type Sort, sortConfig } from './sorts.js'

/** A session of a study in pieces. */
export interface Session {
  name: string
  sort: Sort
  /** On top of the settings of the sort, the same in every session. */
  settings: readonly string[]
  limits: Limits
  reporter: RunReporter
  signal?: AbortSignal | undefined
}

/** The pieces that are not kept yet. */
export function piecesLeft({ name, sort }: Pick<Session, 'name' | 'sort'>): Piece[] {
  return piecesOf(sort).filter((piece) => !isKept(name, nameOf(piece)))
}

/** Runs the pieces that are left, one after the other, and keeps each when it is finished. Gives what each took, in seconds. */
export async function* runPieces(session: Session): AsyncGenerator<Piece & { seconds: number }> {
  const begun = performance.now()
  let done = 0
  for (const piece of piecesLeft(session)) {
    if (!mayGoOn(session.limits, { pieces: done, minutes: (performance.now() - begun) / 60_000 })) return
    yield { ...piece, seconds: await runPiece(session, piece) }
    done += 1
  }
}

/** A method with a seed, on what all pieces share. The rows without training are kept with the first piece that has them. */
async function runPiece({ name, sort, settings, reporter, signal }: Session, { method, seed }: Piece): Promise<number> {
  const loaded = sortConfig(sort, settings)
  return inScratchFolder(async (out) => {
    const started = performance.now()
    const outcome = await compareExperiment(loaded, { methods: [method], seeds: [seed], out, reporter, signal })
    const [failure] = outcome.failures
    if (failure !== undefined) throw new Error(`${method}, seed ${seed}: ${failure.message}`)
    const sets = await setsOf(outcome)
    const seconds = Math.round((performance.now() - started) / 100) / 10
    const facts: Omit<KeptPiece, 'seconds' | 'sets'> = {
      configuration: digestOf(settingsOf(loaded.config)),
      dtype: await dtypeOf(out),
      machine: `${cpus().length} cores, ${cpus()[0]?.model.trim() ?? 'unknown processor'}`,
      questions: Object.fromEntries(sets.map(({ dataset, answers }) => [dataset, digestOf(answers.map(({ id }) => id))])),
    }
    for (const initial of new Set(sets.map((set) => set.method).filter(isInitial))) {
      if (isKept(name, initial)) continue
      keepPiece(name, initial, { ...facts, seconds: 0, sets: sets.filter((set) => set.method === initial).map(keptSet) })
    }
    keepPiece(name, nameOf({ method, seed }), { ...facts, seconds, sets: sets.filter((set) => set.method === method).map(keptSet) })
    return seconds
  })
}

/** What the answers depend on; where files lie and what computes is told otherwise. */
function settingsOf({ data, runtime: _runtime, cache: _cache, ...rest }: Config): unknown {
  return { ...rest, data: { ...data, dir: null } }
}

interface EvaluationLine extends JudgedAnswer {
  refusal: { logprob: number } | null
}

/** Every evaluation in a comparison's folder, those on the questions that thresholds are set on among them. */
async function setsOf({ dir, results, data }: CompareOutcome): Promise<JudgedSet[]> {
  const datasets = [...data.tests.map(({ name }) => name), data.thresholds.name]
  const rows = new Map(results.rows.map(({ method, seed }) => [`${method} ${seed}`, { method, seed }]))
  const sets: JudgedSet[] = []
  for (const { method, seed } of rows.values()) {
    for (const dataset of datasets) {
      const file = join(methodFolder(dir, { method, seed }), 'evaluation', `${dataset}.jsonl`)
      const lines = await readJsonLines<EvaluationLine>(file).catch(() => [])
      const answers = lines.map(({ id, outcome, confidence, refusal }) => ({ id, outcome, confidence, refusalScore: refusal?.logprob }))
      if (answers.length > 0) sets.push({ method, seed, dataset, answers })
    }
  }
  return sets
}

async function dtypeOf(run: string): Promise<string> {
  const { identity } = JSON.parse(await readFile(join(run, 'run.json'), 'utf8')) as { identity: { dtype: string } }
  return identity.dtype
}

function nameOf({ method, seed }: Piece): string {
  return `${method}-seed-${seed}`
}
