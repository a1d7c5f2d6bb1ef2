import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../config/schema.js'

/** A tuned model's place in a run. */
export interface TunedPlace {
  /** The run's folder. */
  run: string
  /** The run's configuration, with the method and seed of the tuned model. */
  config: Config
  method: string
  seed: number
  /** Folder of its selection, tuning and evaluation. */
  folder: string
}

/** The folder of a method and seed's selection, tuning and evaluation: its own in a comparison, the run's folder otherwise. */
export function methodFolder(dir: string, method: string, seed: number): string {
  const own = join(dir, 'methods', method, `seed-${seed}`)
  return existsSync(own) ? own : dir
}
