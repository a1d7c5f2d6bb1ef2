import { join } from 'node:path'
import { writeFileAtomically } from '../../atomic-file.js'
import type { ItemFailure, Message } from '../../bridge/contract.js'
import { letterOf } from '../../data/question/letters.js'
import type { Question } from '../../data/question/question.js'
import { answerPrompt } from '../../prompts/answer-prompt.js'
import type { PromptSettings } from '../../prompts/settings.js'
import { refusalTarget } from '../../prompts/targets.js'
import type { Generation, ScoredTarget } from '../../runtime/calls/generate.js'
import { refuseNone, warnOfFailures } from '../cache/planned-batches.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import type { TestSet } from '../context/experiment-data.js'
import { obtainStage, type RunContext } from '../context/run-context.js'
import { jsonLines } from '../folder/json-lines-file.js'
import { GREEDY, generatedBatches } from './generated-batches.js'
import { thinking } from './stream-options.js'

/** How probable a text is as the answer to a prompt. */
export interface TextProbability {
  /** Sum of the log-probabilities of its tokens, nats; divided by `tokens`, it is their mean. */
  logprob: number
  /** Its number of tokens, with the one that ends it. */
  tokens: number
}

/** A line of an evaluation stage's outputs.jsonl; if the prompt is too long, the output is empty and the rest null. */
export interface OutputRecord {
  id: string
  output: string
  /** The answer as it was drawn: its first line. */
  answer: TextProbability | null
  /** The refusal sentence after the same prompt; null if the model thinks before it answers. */
  refusal: TextProbability | null
  /** p(letter | prompt) of every option of a multiple-choice question, whose sum is at most 1; null likewise. */
  options?: number[] | null
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
      version: 2,
      inputs: {
        test: test.digest,
        refusal: refusalTarget(settings),
        instruction: respondent.instruction === 'plain' ? plainInputs : refuseInputs,
        tuning: respondent.tuning?.key ?? null,
        maxTokens: config.evaluation.maxTokens,
        ...thinking(config),
        model: await session.identity(),
      },
      async compute({ files, resume }, working) {
        const model = await session.model(respondent.tuning && join(respondent.tuning.dir, 'adapter'))
        const targets = scoredTargets(test.questions, settings, config.model.thinkTokens)
        const drawing = { ...GREEDY, stage: 'evaluation', store: join(resume, 'outputs'), maxTokens: config.evaluation.maxTokens, targets }
        const batches = await generatedBatches(working, model, items, drawing)
        const rows = new Map<string, Generation>()
        const failures: ItemFailure[] = []
        for await (const batch of batches) {
          for (const row of batch.rows) rows.set(row.id, row)
          failures.push(...batch.failures)
        }
        refuseNone(`questions of ${test.name}`, rows.size, failures)
        warnOfFailures(reporter, `questions of ${test.name}`, failures)
        const records = test.questions.map((question) => outputRecord(question, rows.get(question.id)))
        await writeFileAtomically(join(files, 'outputs.jsonl'), jsonLines(records))
      },
    },
    { start: `${respondent.method} on ${test.name}: ${items.length} questions` },
  )
}

/** The refusal, then the letters of the question with the most options: a letter is one token, so scoring it costs nothing. */
export function scoredTargets(
  questions: readonly Pick<Question, 'options'>[],
  settings: PromptSettings,
  thinkTokens: number,
): ScoredTarget[] {
  if (thinkTokens > 0) return []
  const letters = Math.max(0, ...questions.map(({ options }) => options?.length ?? 0))
  return [
    { text: refusalTarget(settings), ends: true },
    ...Array.from({ length: letters }, (_, index) => ({ text: letterOf(index), ends: false })),
  ]
}

/** What an answer comes to in a line of outputs.jsonl. */
export function outputRecord({ id, options }: Pick<Question, 'id' | 'options'>, row: Generation | undefined): OutputRecord {
  const [refusal = null, ...letters] = row?.targets ?? []
  const probabilities = letters.slice(0, options?.length).map(({ logprob }) => Math.exp(logprob))
  return {
    id,
    output: row?.texts[0] ?? '',
    answer: row === undefined ? null : { logprob: row.logprobs[0] as number, tokens: row.tokens[0] as number },
    refusal,
    ...(options === undefined ? {} : { options: probabilities.length === 0 ? null : probabilities }),
  }
}
