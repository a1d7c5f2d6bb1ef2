import { join } from 'node:path'
import type { Adapter } from '../../runtime/calls/adapter.js'
import type { Sample } from '../../runtime/calls/sample.js'
import type { TrainLoraOptions } from '../../runtime/calls/train-lora.js'
import { warnOfFailures } from '../cache/planned-batches.js'
import type { StageWorkspace } from '../cache/stage-cache.js'
import { UnitStore } from '../cache/unit-store.js'
import type { RunContext } from '../context/run-context.js'
import { streamOptions } from './stream-options.js'

/** Optimizer steps between two checkpoints: the most that a killed training loses. */
const CHECKPOINT_STEPS = 10

/** Trains a stage's adapter on the initial model into `<files>/adapter`; an interrupted training resumes from its checkpoint. */
export async function trainStageAdapter(
  context: RunContext,
  stage: 'rehearsal' | 'tuning',
  { files, resume }: StageWorkspace,
  samples: readonly Sample[],
  options: TrainLoraOptions,
): Promise<Adapter> {
  const model = await context.session.model()
  // Checkpoints of other versions or of another memory cannot be continued: the store drops them.
  const store = await UnitStore.open(join(resume, 'training'), await context.session.maker())
  const adapter = await model.trainLora(samples, {
    ...options,
    output: join(files, 'adapter'),
    checkpoint: { dir: join(store.dir, 'checkpoint'), everySteps: CHECKPOINT_STEPS },
    ...streamOptions(context, stage),
  })
  warnOfFailures(context.reporter, `${stage} samples`, adapter.result.failures)
  return adapter
}
