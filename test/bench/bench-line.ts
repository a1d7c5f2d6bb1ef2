import { cpus } from 'node:os'

/** What a benchmark found. Figures of one line were measured in one run, one beside the other. */
export interface BenchLine {
  /** `<benchmark>/<what>`: the same from run to run. */
  name: string
  /** What was measured, in words, with its workload. */
  what: string
  /** In `unit`; a median where it was taken more than once. */
  ours: number
  /** What ours is held against, in the same unit; null where a figure stands alone. */
  reference: number | null
  /** What the reference is, in words. */
  against: string | null
  /** How many times better ours is, or what share of the reference it takes: `ratioMeans` says which. Null without a reference. */
  ratio: number | null
  ratioMeans: 'times faster' | 'of the reference' | null
  unit: 's' | 'ms' | 'MB' | 'GB/s' | 'samples/s' | 'tokens/s' | 'nats' | ''
  machine: string
}

/** A benchmark: reports its lines as they come. */
export type Benchmark = (report: (line: BenchLine) => void) => Promise<void>

/** How many times less ours took than the reference. */
export function faster(line: Pick<BenchLine, 'name' | 'what' | 'unit'>, ours: number, reference: number, against: string): BenchLine {
  return { ...line, ours, reference, against, ratio: reference / ours, ratioMeans: 'times faster', machine: machine() }
}

/** What share of the reference ours took. */
export function share(line: Pick<BenchLine, 'name' | 'what' | 'unit'>, ours: number, reference: number, against: string): BenchLine {
  return { ...line, ours, reference, against, ratio: ours / reference, ratioMeans: 'of the reference', machine: machine() }
}

/** A figure that stands alone. */
export function alone(line: Pick<BenchLine, 'name' | 'what' | 'unit'>, ours: number): BenchLine {
  return { ...line, ours, reference: null, against: null, ratio: null, ratioMeans: null, machine: machine() }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

function machine(): string {
  const all = cpus()
  return `${all.length} cores, ${all[0]?.model.trim() ?? 'unknown processor'}`
}
