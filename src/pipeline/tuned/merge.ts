import { readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { writeFileAtomically } from '../../atomic-file.js'
import { GraitError } from '../../errors.js'
import { modelCard } from '../../report/documents/model-card.js'
import { refuseOccupied } from '../../runtime/calls/finished-folder.js'
import { ModelSession } from '../context/model-session.js'
import { refusePartOfRun } from '../folder/part-of-run.js'
import { cardData } from '../report/card-data.js'
import { fullReporter, type RunReporter } from '../reporter.js'
import { requireTrainedWeights } from './base-weights.js'
import { findTuned, type TunedChoice } from './tuned-model.js'

/** Options of `mergeTuned`: which tuned model to merge, and the folder for the merged model. */
export interface MergeOptions extends TunedChoice {
  /** A folder that is empty or missing. */
  out: string
  reporter?: RunReporter | undefined
  signal?: AbortSignal | undefined
  /** A runtime that `grait serve` keeps alive; see RunOptions. */
  attach?: string | null | undefined
}

/**
 * Writes the tuned model of a finished run as one folder that transformers loads: weights with the adapter merged in
 * (safetensors, in the run's dtype), configuration, tokenizer, model card.
 * @returns the folder's absolute path
 * @throws GraitError if the run has no tuned model (findTuned), invalid_request if the folder is not empty
 */
export async function mergeTuned({ out, reporter: listener, signal, attach, ...choice }: MergeOptions): Promise<string> {
  const reporter = fullReporter(listener)
  const tuned = await findTuned(choice)
  await refuseOccupied(resolve(out))
  await refusePartOfRun(out)
  const card = modelCard('merged', await cardData(tuned))
  // Merging into quantized weights would not give plain weights.
  const config = { ...tuned.config, model: { ...tuned.config.model, quantization: 'none' as const } }
  const session = new ModelSession(config, reporter, signal, { attach, verify: choice.verify })
  const before = await recordOf(tuned.run)
  try {
    const model = await session.model()
    await requireTrainedWeights(tuned, { info: model.info, ...config.model })
    const path = await model.mergeAdapter(tuned.adapter, out, {
      signal,
      onProgress: ({ done, total, unit }) => reporter.stageProgress('merge', { done, total, unit }),
    })
    if ((await recordOf(tuned.run)) !== before) {
      await rm(path, { recursive: true, force: true })
      throw changedMeanwhile(tuned.run)
    }
    await writeFileAtomically(join(path, 'README.md'), card)
    return path
  } finally {
    await session.close()
  }
}

/** Every run that writes into a folder writes this file. */
function recordOf(run: string): Promise<string> {
  return readFile(join(run, 'run.json'), 'utf8').catch(() => '')
}

function changedMeanwhile(run: string): GraitError {
  return new GraitError('run_conflict', `${run}: another process wrote into this run while it was merged; nothing is kept`, {
    hint: 'Merge again when the run has ended.',
    retryable: true,
  })
}
