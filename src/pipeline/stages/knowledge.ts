import { join } from 'node:path'
import { writeFileAtomically } from '../../atomic-file.js'
import type { ItemFailure } from '../../bridge/contract.js'
import type { Question } from '../../data/question/question.js'
import type { Knowledge } from '../../knowledge/knowledge.js'
import { mcqaKnowledge } from '../../knowledge/mcqa.js'
import { knowledgePrompt, scoredOptions } from '../../prompts/knowledge-prompt.js'
import type { OptionScoresBatch } from '../../runtime/calls/score-options.js'
import type { Model } from '../../runtime/model.js'
import { collectPlanned, refuseNone, type UnitCodec, warnOfFailures } from '../cache/planned-batches.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import { UnitStore } from '../cache/unit-store.js'
import { obtainStage, type RunContext } from '../context/run-context.js'
import { jsonLines } from '../folder/json-lines-file.js'
import { generatedBatches } from './generated-batches.js'
import { givenAnswersStage } from './given-answers.js'
import { judgeSamples } from './judge-samples.js'
import { streamOptions, thinking } from './stream-options.js'

/** Asks the initial model every source question (docs/method.md, step 1): correctness and certainty of each. */
export function knowledgeStage(context: RunContext): Promise<FinishedStage> {
  const { answers } = context.config.knowledge
  return answers === null ? queryStage(context, 'knowledge', undefined) : givenAnswersStage(context, answers)
}

/** Asks the rehearsed model the same questions; where correctness rose, the model is about to know them (CRaFT, section 3.2). */
export function flowStage(context: RunContext, rehearsal: FinishedStage): Promise<FinishedStage> {
  return queryStage(context, 'flow', rehearsal)
}

async function queryStage(context: RunContext, name: 'knowledge' | 'flow', rehearsal: FinishedStage | undefined): Promise<FinishedStage> {
  const { config, data, session } = context
  const { samples, temperature, maxTokens, seed } = config.knowledge
  return obtainStage(
    context,
    {
      name,
      version: 3,
      inputs: {
        questions: data.trainDigest,
        shots: data.shotsDigest,
        instruction: data.prompts.plainInputs,
        judging: data.judging,
        query: { samples, temperature, maxTokens, seed, ...thinking(config) },
        rehearsal: rehearsal?.key ?? null,
        model: await session.identity(),
      },
      async compute({ files, resume }, working) {
        const query: Query = {
          context: working,
          stage: name,
          model: await session.model(rehearsal && join(rehearsal.dir, 'adapter')),
          resume,
          found: new Map(),
          failures: [],
        }
        const ofKind = (kind: Question['kind']) => data.train.filter((question) => question.kind === kind)
        await askMultipleChoice(query, ofKind('mcqa'))
        await askOpenEnded(query, ofKind('oeqa'))
        refuseNone('questions', query.found.size, query.failures)
        const records = data.train.flatMap((question) => query.found.get(question.id) ?? [])
        await writeFileAtomically(join(files, 'answers.jsonl'), jsonLines(records))
        warnOfFailures(context.reporter, 'questions', query.failures)
        if (query.failures.length > 0) await writeFileAtomically(join(files, 'failures.jsonl'), jsonLines(query.failures))
      },
    },
    { start: `asking ${data.train.length} questions` },
  )
}

interface Query {
  context: RunContext
  stage: string
  model: Model
  /** Folder of the finished batches. */
  resume: string
  found: Map<string, Knowledge>
  /** Questions that could not be asked: too long for the context or the memory. */
  failures: ItemFailure[]
}

async function askMultipleChoice({ context, stage, model, resume, found, failures }: Query, questions: Question[]): Promise<void> {
  if (questions.length === 0) return
  const { data, session } = context
  const items = questions.map((question) => ({
    id: question.id,
    ...knowledgePrompt(question, data.shotsFor(question), data.prompts.settings),
    options: scoredOptions(question),
  }))
  const store = await UnitStore.open(join(resume, 'options'), await session.maker())
  const batches = await collectPlanned(store, optionCodec, (completed, halvings) =>
    model.scoreOptionBatches(items, { completed, halvings, ...streamOptions(context, stage) }),
  )
  for await (const batch of batches) {
    let start = 0
    for (const [index, id] of batch.ids.entries()) {
      const end = start + (batch.counts[index] as number)
      found.set(id, mcqaKnowledge(id, batch.logprobs.subarray(start, end), data.question(id).answer as number))
      start = end
    }
    failures.push(...batch.failures)
  }
}

const optionCodec: UnitCodec<OptionScoresBatch> = {
  encode: ({ logprobs, ...rest }) => JSON.stringify({ ...rest, logprobs: Array.from(logprobs) }),
  decode(unit) {
    const { logprobs, ...rest } = JSON.parse(unit.toString('utf8')) as Omit<OptionScoresBatch, 'logprobs'> & { logprobs: number[] }
    return { ...rest, logprobs: Float64Array.from(logprobs) }
  },
}

async function askOpenEnded({ context, stage, model, resume, found, failures }: Query, questions: Question[]): Promise<void> {
  if (questions.length === 0) return
  const { config, data } = context
  const { samples, temperature, maxTokens, seed } = config.knowledge
  const items = questions.map((question) => ({
    id: question.id,
    ...knowledgePrompt(question, data.shotsFor(question), data.prompts.settings),
  }))
  const drawing = { stage, store: join(resume, 'samples'), samples, temperature, maxTokens, seed }
  const batches = await generatedBatches(context, model, items, drawing)
  const texts = new Map<string, string[]>()
  for await (const batch of batches) {
    for (const { id, texts: drawn } of batch.rows) texts.set(id, drawn)
    failures.push(...batch.failures)
  }
  await judgeSamples(context, texts, resume, stage, found)
}
