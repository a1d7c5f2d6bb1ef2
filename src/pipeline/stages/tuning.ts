import { join } from 'node:path'
import { writeFileAtomically } from '../../atomic-file.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import { obtainStage, type RunContext } from '../context/run-context.js'
import { readJsonLines } from '../folder/json-lines-file.js'
import { pairIds } from './pair-ids.js'
import type { TrainingRecord } from './selection.js'
import { trainStageAdapter } from './stage-adapter.js'

/** Refusal-aware tuning of the initial model on the selected samples (docs/method.md, step 5); the result is an adapter. */
export async function tuningStage(context: RunContext, selection: FinishedStage): Promise<FinishedStage> {
  const { config, session } = context
  const { lora, train } = config.tuning
  return obtainStage(
    context,
    {
      name: 'tuning',
      version: 3,
      inputs: { selection: selection.key, lora, train, seed: config.seed, model: await session.identity() },
      async compute(workspace, working) {
        const records = await readJsonLines<TrainingRecord>(join(selection.dir, 'train.jsonl'))
        const ids = pairIds(records.map(({ id }) => id))
        const samples = records.map(({ messages, target, weight }, index) => ({ id: ids[index] as string, messages, target, weight }))
        const adapter = await trainStageAdapter(working, 'tuning', workspace, samples, {
          ...lora,
          ...train,
          seed: config.seed,
          keepOptimizer: false,
        })
        const { steps, losses, halvings } = adapter.result
        await writeFileAtomically(join(workspace.files, 'training.json'), `${JSON.stringify({ steps, losses, halvings })}\n`)
      },
    },
    { start: `${config.selection.method}: refusal-aware tuning` },
  )
}
