import { join } from 'node:path'
import { writeFileAtomically } from '../../atomic-file.js'
import type { ItemFailure, Message } from '../../bridge/contract.js'
import { TRUTH_LETTERS, truthPrompt } from '../../prompts/truth-prompt.js'
import type { Generation, GenerationBatch } from '../../runtime/calls/generate.js'
import { collectPlanned, jsonCodec, warnOfFailures } from '../cache/planned-batches.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import { UnitStore } from '../cache/unit-store.js'
import type { TestSet } from '../context/experiment-data.js'
import { obtainStage, type RunContext } from '../context/run-context.js'
import { jsonLines, readJsonLines } from '../folder/json-lines-file.js'
import { streamOptions } from './stream-options.js'

/** log p of "true" and of "false", nats, when the model is asked whether its answer is right; null if it could not be asked. */
export type Truth = { true: number; false: number } | null

interface TruthRecord {
  id: string
  truth: Truth
}

/**
 * Asks the initial model whether its own answers are right, by id. Thinking is off: what is compared are two letters right after the
 * prompt.
 * @param answers the answers, and those drawn beside them
 */
export async function truthOfAnswers(
  context: RunContext,
  test: TestSet,
  answers: ReadonlyMap<string, { output: string; samples: readonly string[] }>,
): Promise<{ stage: FinishedStage; truths: Map<string, Truth> }> {
  const { data, session, reporter } = context
  const items = test.questions.map((question): { id: string; messages: Message[] } => {
    const { output, samples } = answers.get(question.id) ?? { output: '', samples: [] }
    return { id: question.id, ...truthPrompt(question, output, samples, data.prompts.settings) }
  })
  const stage = await obtainStage(
    context,
    {
      name: 'truth',
      version: 1,
      inputs: { items: data.digest(items), model: await session.identity() },
      async compute({ files, resume }, working) {
        const store = await UnitStore.open(join(resume, 'truth'), await session.maker())
        const model = await session.model()
        const batches = await collectPlanned(store, jsonCodec<GenerationBatch>(), (completed, halvings) =>
          model.generateBatches(items, {
            maxTokens: 1,
            targets: TRUTH_LETTERS.map((text) => ({ text, ends: false })),
            completed,
            halvings,
            ...streamOptions(working, 'truth'),
          }),
        )
        const rows = new Map<string, Generation>()
        const failures: ItemFailure[] = []
        for await (const batch of batches) {
          for (const row of batch.rows) rows.set(row.id, row)
          failures.push(...batch.failures)
        }
        warnOfFailures(reporter, `answers to ${test.name} that the model should judge`, failures)
        const records = items.map(({ id }): TruthRecord => ({ id, truth: truthOf(rows.get(id)) }))
        await writeFileAtomically(join(files, 'truth.jsonl'), jsonLines(records))
      },
    },
    { start: `asking whether ${items.length} answers to ${test.name} are right` },
  )
  const records = await readJsonLines<TruthRecord>(join(stage.dir, 'truth.jsonl'))
  return { stage, truths: new Map(records.map(({ id, truth }) => [id, truth])) }
}

function truthOf(row: Generation | undefined): Truth {
  const [yes, no] = row?.targets ?? []
  return yes === undefined || no === undefined ? null : { true: yes.logprob, false: no.logprob }
}
