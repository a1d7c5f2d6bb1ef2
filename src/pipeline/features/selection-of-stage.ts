import { extname, join } from 'node:path'
import { GraitError } from '../../errors.js'
import type { Candidate, Method, Selection, SelectionRequest } from '../../rait/method.js'
import { methods } from '../../rait/methods/registry.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import { type FeatureFolders, gradientFeatures } from './gradient-features.js'
import type { SelectionInputs } from './selection-worker.js'
import { runInWorker } from './worker-thread.js'

const WORKER = new URL(`./selection-worker${extname(import.meta.url)}`, import.meta.url)

/** The features that a selection may build on. */
interface FeatureStages {
  idk: Pick<FinishedStage, 'dir'> | undefined
  ik: Pick<FinishedStage, 'dir'> | undefined
}

/**
 * A method's selection. A built-in method that works on the features themselves selects in a thread of its own, because a greedy
 * order takes minutes; a method of the user's is a function, which can't be sent to a thread.
 */
export async function selectionOf(
  method: Method,
  candidates: readonly Candidate[],
  request: SelectionRequest,
  stages: FeatureStages,
  signal: AbortSignal | undefined,
): Promise<Selection> {
  if (method.needs.features === undefined) return method.select(candidates, request)
  const folders = foldersFor(method, stages)
  if (!methods.includes(method)) return method.select(candidates, { ...request, features: await gradientFeatures(folders) })
  return runInWorker<SelectionInputs, Selection>(WORKER, { method: method.id, candidates, request, folders }, signal)
}

function foldersFor({ id, needs }: Method, { idk, ik }: FeatureStages): FeatureFolders {
  const withGolds = needs.features === 'refusals-and-golds'
  if (idk === undefined || (withGolds && ik === undefined))
    throw new GraitError('invalid_request', `${id} needs gradient features, and none were collected`)
  return { refusals: join(idk.dir, 'idk'), golds: withGolds && ik !== undefined ? join(ik.dir, 'ik') : undefined }
}
