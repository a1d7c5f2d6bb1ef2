import { extname, join } from 'node:path'
import type { Influence } from '../../influence/influence.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import type { InfluenceInputs } from './influence-worker.js'
import { runInWorker } from './worker-thread.js'

const WORKER = new URL(`./influence-worker${extname(import.meta.url)}`, import.meta.url)

/** Influences from stored gradient features: of the refusals, and of the gold answers where there are any. */
export function influenceOf(
  idk: Pick<FinishedStage, 'dir'>,
  ik: Pick<FinishedStage, 'dir'> | undefined,
  known: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<Influence[]> {
  const inputs: InfluenceInputs = { refusals: join(idk.dir, 'idk'), golds: ik && join(ik.dir, 'ik'), known }
  return runInWorker<InfluenceInputs, Influence[]>(WORKER, inputs, signal)
}
