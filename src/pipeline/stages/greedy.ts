import { join } from 'node:path'
import { writeFileAtomically } from '../../atomic-file.js'
import type { ItemFailure } from '../../bridge/contract.js'
import { judge } from '../../evaluation/judging/judge.js'
import { knowledgePrompt } from '../../prompts/knowledge-prompt.js'
import { warnOfFailures } from '../cache/planned-batches.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import { obtainStage, type RunContext } from '../context/run-context.js'
import { jsonLines } from '../folder/json-lines-file.js'
import { GREEDY, generatedBatches } from './generated-batches.js'
import { thinking } from './stream-options.js'

/** A line of greedy/answers.jsonl: the answer of highest probability, token by token, to an open-ended source question. */
export interface GreedyRecord {
  id: string
  text: string
  /** Whether it was judged correct. */
  right: boolean
  /** Sum of the log-probabilities of its tokens, nats. */
  logprob: number
  /** Its number of tokens, with the one that ends it. */
  tokens: number
}

/**
 * Asks the initial model every open-ended source question once more, at temperature 0, with the prompt of the knowledge query. Of
 * multiple choice the probabilities of the options are known already.
 */
export async function greedyStage(context: RunContext): Promise<FinishedStage> {
  const { config, data, session, reporter } = context
  const questions = data.train.filter(({ kind }) => kind === 'oeqa')
  const { maxTokens } = config.knowledge
  return obtainStage(
    context,
    {
      name: 'greedy',
      version: 1,
      inputs: {
        questions: data.trainDigest,
        shots: data.shotsDigest,
        instruction: data.prompts.plainInputs,
        judging: data.judging,
        query: { maxTokens, ...thinking(config) },
        model: await session.identity(),
      },
      async compute({ files, resume }, working) {
        const records: GreedyRecord[] = []
        const failures: ItemFailure[] = []
        if (questions.length > 0) {
          const items = questions.map((question) => ({
            id: question.id,
            ...knowledgePrompt(question, data.shotsFor(question), data.prompts.settings),
          }))
          const model = await session.model()
          const drawing = { ...GREEDY, stage: 'greedy', store: join(resume, 'greedy'), maxTokens }
          const batches = await generatedBatches(working, model, items, drawing)
          for await (const batch of batches) {
            failures.push(...batch.failures)
            for (const { id, texts, logprobs, tokens } of batch.rows) {
              const text = (texts[0] as string).trim()
              const right = judge(data.question(id), text, data.judging).outcome === 'correct'
              records.push({ id, text, right, logprob: logprobs[0] as number, tokens: tokens[0] as number })
            }
          }
        }
        await writeFileAtomically(join(files, 'answers.jsonl'), jsonLines(records))
        warnOfFailures(reporter, 'questions', failures)
      },
    },
    { start: `asking ${questions.length} questions at temperature 0` },
  )
}
