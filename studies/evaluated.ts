import { join } from 'node:path'
import type { Outcome } from 'grait'
import { readJsonLines } from '../src/pipeline/folder/json-lines-file.js'

/** One evaluation in a comparison's folder. */
export interface Evaluated {
  method: string
  seed: number
  dataset: string
}

/** How each test question was answered. */
export function outcomesOf(dir: string, { method, seed, dataset }: Evaluated): Promise<{ id: string; outcome: Outcome }[]> {
  return readJsonLines(join(methodFolder(dir, { method, seed }), 'evaluation', `${dataset}.jsonl`))
}

/** Where a comparison keeps what one method with one seed chose, tuned and answered. */
export function methodFolder(dir: string, { method, seed }: Pick<Evaluated, 'method' | 'seed'>): string {
  return join(dir, 'methods', method, `seed-${seed}`)
}
