import { join } from 'node:path'
import { writeFileAtomically } from '../../atomic-file.js'
import type { ItemFailure, Message } from '../../bridge/contract.js'
import { answerPrompt } from '../../prompts/answer-prompt.js'
import type { GenerationBatch } from '../../runtime/calls/generate.js'
import { collectPlanned, jsonCodec, refuseNone, warnOfFailures } from '../cache/planned-batches.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import { UnitStore } from '../cache/unit-store.js'
import type { TestSet } from '../context/experiment-data.js'
import { obtainStage, type RunContext } from '../context/run-context.js'
import { jsonLines } from '../folder/json-lines-file.js'
import { streamOptions, thinking } from './stream-options.js'

/** A line of an evaluation stage's outputs.jsonl; if the prompt is too long, the output is empty. */
export interface OutputRecord {
  id: string
  output: string
}

export interface Respondent {
  method: string
  /** Which instruction the questions are asked with. */
  instruction: 'plain' | 'refuse'
  /** The tuned adapter; undefined: the initial model. */
  tuning?: FinishedStage | undefined
}

/** Asks a model the questions of a test set: greedy, no examples, first line only (docs/method.md, step 6). */
export async function evaluationStage(context: RunContext, test: TestSet, respondent: Respondent): Promise<FinishedStage> {
  const { config, data, session, reporter } = context
  const { settings, plainInputs, refuseInputs } = data.prompts
  const items = test.questions.map((question): { id: string; messages: Message[] } => ({
    id: question.id,
    ...answerPrompt(question, respondent.instruction, settings),
  }))
  return obtainStage(
    context,
    {
      name: 'evaluation',
      version: 1,
      inputs: {
        test: test.digest,
        instruction: respondent.instruction === 'plain' ? plainInputs : refuseInputs,
        tuning: respondent.tuning?.key ?? null,
        maxTokens: config.evaluation.maxTokens,
        ...thinking(config),
        model: await session.identity(),
      },
      async compute({ files, resume }, working) {
        const store = await UnitStore.open(join(resume, 'outputs'), await session.maker())
        const model = await session.model(respondent.tuning && join(respondent.tuning.dir, 'adapter'))
        const batches = await collectPlanned(store, jsonCodec<GenerationBatch>(), (completed, halvings) =>
          model.generateBatches(items, {
            samples: 1,
            temperature: 0,
            maxTokens: config.evaluation.maxTokens,
            stop: ['\n'],
            seed: 0,
            thinkTokens: config.model.thinkTokens,
            completed,
            halvings,
            ...streamOptions(working, 'evaluation'),
          }),
        )
        const outputs = new Map<string, string>()
        const failures: ItemFailure[] = []
        for await (const batch of batches) {
          for (const row of batch.rows) outputs.set(row.id, row.texts[0] ?? '')
          failures.push(...batch.failures)
        }
        refuseNone(`questions of ${test.name}`, outputs.size, failures)
        warnOfFailures(reporter, `questions of ${test.name}`, failures)
        const records = items.map(({ id }): OutputRecord => ({ id, output: outputs.get(id) ?? '' }))
        await writeFileAtomically(join(files, 'outputs.jsonl'), jsonLines(records))
      },
    },
    { start: `${respondent.method} on ${test.name}: ${items.length} questions` },
  )
}
