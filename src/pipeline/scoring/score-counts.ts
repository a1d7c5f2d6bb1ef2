import { parseDocument } from 'yaml'
import { z } from 'zod'
import type { CancelOptions } from '../../cancellation.js'
import { readText } from '../../data/files/text-file.js'
import { GraitError } from '../../errors.js'
import { measuresOf, type OutcomeCounts } from '../../evaluation/measures/measures.js'
import { truthfulHelpfulness } from '../../evaluation/measures/ths.js'
import { type BootstrapSettings, independentIntervals } from '../../evaluation/resampling/bootstrap.js'
import { compareCounts } from '../../evaluation/resampling/compare-counts.js'
import { type Comparison, INIT_BASIC, type ResultRow, type Results } from '../../evaluation/result-rows.js'
import { summarise } from '../../evaluation/summary.js'
import type { Score } from './score-methods.js'

const HINT = 'Write {"initial": {"correct", "wrong", "refused", "unparseable"}, "methods": {NAME: {...}}}, whole numbers of questions.'
const count = z.int({ error: 'must be a whole number of questions' }).min(0)
const outcomeCounts = z
  .strictObject({ correct: count, wrong: count, refused: count.default(0), unparseable: count.default(0) })
  .refine(({ correct, wrong, refused, unparseable }) => correct + wrong + refused + unparseable > 0, { error: 'counts no answer' })

/** Outcome counts of one method; what is left out is 0. `wrong` excludes `unparseable`. */
export interface GivenCounts extends Pick<OutcomeCounts, 'correct' | 'wrong'> {
  refused?: number | undefined
  unparseable?: number | undefined
}

/** A request to `scoreCounts`: outcome counts of the initial model, and of each method by its name. */
export interface CountsRequest {
  /** Without it there is no THS. */
  initial?: GivenCounts | undefined
  methods: Readonly<Record<string, GivenCounts>>
}

/** Schema of a file of outcome counts; `wrong` excludes `unparseable`. */
export const countsSchema = z.strictObject({
  initial: outcomeCounts.optional(),
  methods: z.record(z.string().min(1), outcomeCounts).refine((methods) => !(INIT_BASIC in methods), {
    error: `${INIT_BASIC} is given as "initial"`,
  }),
})

/**
 * Computes measures from outcome counts, given as values or as a JSON file. Counts do not tell which questions the methods share, so
 * the methods are resampled independently.
 * @throws GraitError data_not_found, data_invalid with the field
 */
export async function scoreCounts(
  counts: CountsRequest | string,
  settings: BootstrapSettings = {},
  { signal }: CancelOptions = {},
): Promise<Score> {
  const { initial, methods } = typeof counts === 'string' ? await readCounts(counts, signal) : checkedCounts(counts, 'counts')
  const named: [string, OutcomeCounts][] = [
    ...(initial === undefined ? [] : [[INIT_BASIC, initial] as [string, OutcomeCounts]]),
    ...Object.entries(methods),
  ]
  const rows: ResultRow[] = []
  for (const [method, counts] of named) rows.push(await rowOf(method, counts, initial, settings, signal))
  const comparisons = initial === undefined ? [] : await comparisonsOf(named, initial, settings, signal)
  const results: Results = { rows, summary: summarise(rows), comparisons }
  return { results, notes: ['from counts alone the intervals take the methods as independent; predictions give narrower ones'] }
}

async function rowOf(
  method: string,
  counts: OutcomeCounts,
  initial: OutcomeCounts | undefined,
  settings: BootstrapSettings,
  signal: AbortSignal | undefined,
): Promise<ResultRow> {
  const measures = measuresOf(counts)
  const own = method === INIT_BASIC
  const interval = await independentIntervals(counts, own ? undefined : initial, settings, { signal })
  return {
    method,
    seed: 0,
    dataset: 'counts',
    n: counts.correct + counts.wrong + counts.refused + counts.unparseable,
    ...counts,
    ...measures,
    ths: truthfulHelpfulness(initial && measuresOf(initial), measures),
    // The THS of Init-Basic against itself is 0 in every resample.
    interval: own && measures.pw > 0 ? { ...interval, ths: [0, 0] } : interval,
    bySubject: null,
    refusal: null,
  }
}

async function comparisonsOf(
  named: readonly [string, OutcomeCounts][],
  initial: OutcomeCounts,
  settings: BootstrapSettings,
  signal: AbortSignal | undefined,
): Promise<Comparison[]> {
  const methods = named.filter(([method]) => method !== INIT_BASIC)
  const comparisons: Comparison[] = []
  for (const [index, [b, ofB]] of methods.entries()) {
    for (const [a, ofA] of methods.slice(index + 1)) {
      const found = await compareCounts(ofA, ofB, initial, settings, { signal })
      if (found !== null) comparisons.push({ a, b, dataset: 'counts', ...found })
    }
  }
  return comparisons
}

async function readCounts(path: string, signal: AbortSignal | undefined): Promise<z.infer<typeof countsSchema>> {
  const text = await readText(path, signal)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new GraitError('data_invalid', `${path}: not valid JSON: ${(cause as Error).message}`, { hint: HINT, cause })
  }
  refuseSameKeys(text, path)
  return checkedCounts(value, path)
}

/** JSON.parse keeps the last of two equal keys; a YAML parser, which reads JSON too, tells of them. */
function refuseSameKeys(text: string, path: string): void {
  const twice = parseDocument(text).errors.find(({ code }) => code === 'DUPLICATE_KEY')
  if (twice === undefined) return
  throw new GraitError('data_invalid', `${path}:${twice.linePos?.[0].line ?? 1}: a name stands there twice`, {
    hint: 'Give every method a name of its own.',
    details: { file: path },
  })
}

function checkedCounts(value: unknown, path: string): z.infer<typeof countsSchema> {
  const parsed = countsSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const at = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `
  throw new GraitError('data_invalid', `${path}: ${at}${issue?.message}`, {
    hint: HINT,
    details: { file: path, path: issue?.path.join('.') },
  })
}
