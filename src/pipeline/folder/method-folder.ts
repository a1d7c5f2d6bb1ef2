import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Where the selection, tuning and evaluation of a method and seed lie: a run has one of each, a comparison a folder for each. */
export function methodFolder(dir: string, method: string, seed: number): string {
  const own = join(dir, 'methods', method, `seed-${seed}`)
  return existsSync(own) ? own : dir
}
