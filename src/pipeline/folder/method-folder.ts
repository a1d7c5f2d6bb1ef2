import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The folder of a method and seed's selection, tuning and evaluation: its own in a comparison, the run's folder otherwise. */
export function methodFolder(dir: string, method: string, seed: number): string {
  const own = join(dir, 'methods', method, `seed-${seed}`)
  return existsSync(own) ? own : dir
}
