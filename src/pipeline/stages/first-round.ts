import { join } from 'node:path'
import { writeFileAtomically } from '../../atomic-file.js'
import type { ItemFailure } from '../../bridge/contract.js'
import { judge } from '../../evaluation/judging/judge.js'
import { answerPrompt } from '../../prompts/answer-prompt.js'
import type { RoundAnswer } from '../../rait/method.js'
import { warnOfFailures } from '../cache/planned-batches.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import { obtainStage, type RunContext } from '../context/run-context.js'
import { jsonLines } from '../folder/json-lines-file.js'
import { generatedBatches } from './generated-batches.js'
import { thinking } from './stream-options.js'

/** A line of first-round/answers.jsonl: what a tuned model answered to a source question. */
export interface RoundRecord {
  id: string
  answers: RoundAnswer[]
}

/**
 * Draws answers of a tuned model to every source question, under the instruction that allows refusing and without examples, as many and
 * at the same temperature as in the knowledge query.
 */
export async function firstRoundStage(context: RunContext, tuning: FinishedStage): Promise<FinishedStage> {
  const { config, data, session, reporter } = context
  const { samples, temperature, seed } = config.knowledge
  const { maxTokens } = config.evaluation
  return obtainStage(
    context,
    {
      name: 'first-round',
      version: 1,
      inputs: {
        questions: data.trainDigest,
        instruction: data.prompts.refuseInputs,
        judging: data.judging,
        query: { samples, temperature, maxTokens, seed, ...thinking(config) },
        tuning: tuning.key,
        model: await session.identity(),
      },
      async compute({ files, resume }, working) {
        const model = await session.model(join(tuning.dir, 'adapter'))
        const items = data.train.map((question) => ({ id: question.id, ...answerPrompt(question, 'refuse', data.prompts.settings) }))
        const drawing = { stage: 'first-round', store: join(resume, 'answers'), samples, temperature, maxTokens, seed }
        const records: RoundRecord[] = []
        const failures: ItemFailure[] = []
        for await (const batch of await generatedBatches(working, model, items, drawing)) {
          failures.push(...batch.failures)
          for (const { id, texts } of batch.rows) {
            const answers = texts.map((text) => ({
              text: text.trim(),
              outcome: judge(data.question(id), text.trim(), data.judging).outcome,
            }))
            records.push({ id, answers })
          }
        }
        await writeFileAtomically(join(files, 'answers.jsonl'), jsonLines(records))
        warnOfFailures(reporter, 'questions', failures)
      },
    },
    { start: `answers of the tuned model to ${data.train.length} source questions` },
  )
}
