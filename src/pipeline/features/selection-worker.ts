/** The thread in which a built-in method selects from the features themselves. */
import type { Candidate, Selection, SelectionRequest } from '../../rait/method.js'
import { methodById } from '../../rait/methods/registry.js'
import { type FeatureFolders, gradientFeatures } from './gradient-features.js'
import { answerAsWorker } from './worker-thread.js'

export interface SelectionInputs {
  /** Id of a built-in method. */
  method: string
  candidates: readonly Candidate[]
  request: SelectionRequest
  folders: FeatureFolders
}

await answerAsWorker(
  async ({ method, candidates, request, folders }: SelectionInputs): Promise<Selection> =>
    methodById(method).select(candidates, { ...request, features: await gradientFeatures(folders) }),
)
