import { join } from 'node:path'
import type { ItemFailure } from '../../bridge/contract.js'
import { answerPrompt } from '../../prompts/answer-prompt.js'
import type { HiddenStatesBatch } from '../../runtime/calls/hidden-states.js'
import { collectPlanned, refuseNone, type UnitCodec } from '../cache/planned-batches.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import { UnitStore } from '../cache/unit-store.js'
import type { TestSet } from '../context/experiment-data.js'
import { obtainStage, type RunContext } from '../context/run-context.js'
import { writeStates } from '../features/state-matrix.js'
import { streamOptions } from './stream-options.js'

/**
 * The hidden states of the initial model at the last token of every prompt, under the plain instruction without examples: those of the
 * middle and of the last layer, one after the other. A question that cannot be asked has no row.
 */
export async function hiddenStatesStage(context: RunContext, { name, questions, digest }: TestSet): Promise<FinishedStage> {
  const { data, session } = context
  const items = questions.map((question) => ({ id: question.id, ...answerPrompt(question, 'plain', data.prompts.settings) }))
  return obtainStage(
    context,
    {
      name: 'states',
      version: 1,
      inputs: { questions: digest, instruction: data.prompts.plainInputs, layers: ['middle', 'last'], model: await session.identity() },
      async compute({ files, resume }, working) {
        const store = await UnitStore.open(join(resume, 'states'), await session.maker())
        const model = await session.model()
        const layers = [...new Set([Math.ceil(model.info.layers / 2), model.info.layers])]
        const batches = await collectPlanned(store, stateCodec, (completed, halvings) =>
          model.hiddenStateBatches(items, { layers, completed, halvings, ...streamOptions(working, 'states') }),
        )
        const found = new Map<string, Float32Array>()
        const failures: ItemFailure[] = []
        for await (const batch of batches) {
          const dim = layers.length * batch.size
          for (const [row, id] of batch.ids.entries()) found.set(id, batch.states.subarray(row * dim, (row + 1) * dim))
          failures.push(...batch.failures)
        }
        refuseNone(`questions of ${name}`, found.size, failures)
        const ids = items.map(({ id }) => id).filter((id) => found.has(id))
        const dim = found.get(ids[0] ?? '')?.length ?? 0
        const rows = new Float32Array(ids.length * dim)
        for (const [row, id] of ids.entries()) rows.set(found.get(id) as Float32Array, row * dim)
        await writeStates(files, { ids, rows, dim })
      },
    },
    { start: `hidden states at ${items.length} questions of ${name}` },
  )
}

const stateCodec: UnitCodec<HiddenStatesBatch> = {
  encode: ({ states, ...rest }) =>
    JSON.stringify({ ...rest, base64: Buffer.from(states.buffer, states.byteOffset, states.byteLength).toString('base64') }),
  decode(unit) {
    const { base64, ...rest } = JSON.parse(unit.toString('utf8')) as Omit<HiddenStatesBatch, 'states'> & { base64: string }
    return { ...rest, states: new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer) }
  },
}
