import type { LoadedConfig } from '../../config/load.js'
import { answerPrompt } from '../../prompts/answer-prompt.js'
import { knowledgePrompt } from '../../prompts/knowledge-prompt.js'
import { methodById } from '../../rait/methods/registry.js'
import type { Prompt } from '../../runtime/calls/sample.js'
import { loadExperimentData } from '../context/experiment-data.js'
import { modelName } from '../context/load-options.js'
import { ModelSession } from '../context/model-session.js'
import { fullReporter } from '../reporter.js'
import { openEnded } from '../stages/samples.js'
import type { OpenRunOptions } from './open-run.js'
import { type PromptSample, promptSamples } from './prompt-samples.js'
import { needsGoldGradients, needsRefusalGradients, needsRehearsal } from './shared-stages.js'

/** The estimate for one stage of a run: what it would compute and write, and how long it would take. */
export interface DryRunStage {
  stage: string
  items: number
  /** Tokens that the model reads, writes or trains on; a shared prefix counts once. */
  tokens: number
  /** In the cache, and again as copies in the run's folder; copies take no space where the file system shares blocks. */
  diskBytes: number
  seconds: number
}

/** The estimate for a run, stage by stage: what it would compute and write, and how long it would take. */
export interface DryRun {
  model: string
  device: string
  dtype: string
  /** Tokens per second of a forward pass on this machine, measured now. */
  tokensPerSecond: number
  stages: DryRunStage[]
  /** One prompt of each use, as the model reads it. */
  prompts: PromptSample[]
  /** The day that the chat template is given for today, as YYYY-MM-DD; null if it does not ask. */
  templateDate: string | null
}

/** A backward pass costs twice a forward pass; with frozen base weights, about once. */
const TRAINING_COST = 2.2
/** Generating token by token uses the machine less efficiently than reading a prompt. */
const DRAWING_COST = 1.5
/** Hidden states of two layers of a question, at a width of about a thousand. */
const STATE_BYTES = 8192

/**
 * Estimates what a run would do: questions, tokens, disk space and time, from the forward speed measured on a few of the run's own
 * prompts. Writes nothing, except the managed environment if it is missing.
 */
export async function dryRun(
  { config }: LoadedConfig,
  { questions, reporter: listener, signal, attach }: Omit<OpenRunOptions, 'out'> = {},
): Promise<DryRun> {
  const method = methodById(config.selection.method)
  const reporter = fullReporter(listener)
  const data = await loadExperimentData(config, {
    questions,
    signal,
    onDownload: (progress) => reporter.stageProgress('download', progress),
  })
  const session = new ModelSession(config, reporter, signal, { attach })
  try {
    const model = await session.model()
    const { settings } = data.prompts
    const total = async (prompts: Parameters<typeof model.countTokens>[0]) =>
      (await model.countTokens(prompts, { signal })).reduce((sum, count) => sum + count, 0)
    const asked = data.train.map((question) => ({ id: question.id, ...knowledgePrompt(question, data.shotsFor(question), settings) }))
    const answers = data.train.map((question) => ({ id: question.id, ...answerPrompt(question, 'refuse', settings) }))
    const sets = [...data.tests, data.thresholdSet]
    const tests = sets.flatMap((test) =>
      test.questions.map((question) => ({ id: `${test.name} ${question.id}`, ...answerPrompt(question, 'refuse', settings) })),
    )
    const testedOpen = sets.flatMap(openEnded).length
    const [read, reading, testing] = [await total(asked), await total(answers), await total(tests)]
    const tokensPerSecond = await forwardSpeed(answers.slice(0, 32), model, signal)
    const open = data.train.filter((question) => question.kind === 'oeqa').length
    const mean = reading / answers.length
    const tuned = Math.min(
      data.train.length,
      (config.selection.known ?? data.train.length / 3) + (config.selection.unknown ?? data.train.length / 12),
    )
    const tunedTokens = tuned * mean * config.tuning.train.epochs
    const rehearsed = Math.min(config.rehearsal.count, data.train.length)
    const { needs } = method
    const groups = [needsRefusalGradients(needs), needsGoldGradients(needs)].filter(Boolean).length
    const adapterBytes = model.info.parameters * 4 * 0.02 * (config.tuning.lora.rank / 8)
    const stage = (name: string, items: number, tokens: number, cost: number, diskBytes: number): DryRunStage => ({
      stage: name,
      items,
      tokens: Math.round(tokens),
      diskBytes: Math.round(2 * diskBytes),
      seconds: (tokens * cost) / tokensPerSecond,
    })
    const drawn = open * config.knowledge.samples * config.knowledge.maxTokens
    const written = tests.length * config.evaluation.maxTokens
    const drawnAside = testedOpen * config.knowledge.samples * config.evaluation.maxTokens
    const query = reading + (read - reading) / Math.max(1, data.train.length) + drawn * DRAWING_COST
    const queryStage = (name: string, tokens: number) => stage(name, data.train.length, tokens, 1, data.train.length * 600)
    // The gradient probe asks for those of the tested questions, too.
    const gradients = groups * data.train.length + tests.length
    const featureBytes = config.gradients.projection.dim * (config.gradients.dtype === 'float32' ? 4 : 2)
    return {
      model: modelName(config.model),
      device: model.info.device,
      dtype: model.info.dtype,
      tokensPerSecond: Math.round(tokensPerSecond),
      stages: [
        // Answers made elsewhere are only read.
        queryStage('knowledge', config.knowledge.answers === null ? query : 0),
        ...(needs.greedy ? [stage('greedy', open, reading + open * config.knowledge.maxTokens * DRAWING_COST, 1, open * 100)] : []),
        ...(needsRehearsal(needs)
          ? [stage('rehearsal', rehearsed, rehearsed * mean * config.rehearsal.train.epochs, TRAINING_COST, adapterBytes * 3)]
          : []),
        ...(needs.flow ? [queryStage('flow', query)] : []),
        ...(groups > 0 ? [stage('gradients', gradients, groups * reading + testing, TRAINING_COST, gradients * featureBytes)] : []),
        ...(needs.firstRound === undefined
          ? []
          : [
              stage(
                'first-round',
                data.train.length,
                reading +
                  data.train.length * config.knowledge.samples * config.evaluation.maxTokens * DRAWING_COST +
                  tunedTokens * TRAINING_COST,
                1,
                adapterBytes * 3,
              ),
            ]),
        stage('tuning', Math.round(tuned), tunedTokens, TRAINING_COST, adapterBytes * 3),
        stage('evaluation', 3 * tests.length, 3 * (testing + written * DRAWING_COST), 1, 3 * tests.length * 200),
        stage('states', data.train.length + tests.length, reading + testing, 1, (data.train.length + tests.length) * STATE_BYTES),
        ...(testedOpen > 0
          ? [stage('samples', testedOpen, (testing * testedOpen) / tests.length + drawnAside * DRAWING_COST, 1, testedOpen * 600)]
          : []),
        // The question, its drawn answers and its own one.
        stage('truth', tests.length, testing + drawnAside + written, 1, tests.length * 100),
      ],
      prompts: await promptSamples(model, { questions: data.train, shotsFor: data.shotsFor, settings }, { signal }),
      templateDate: model.info.templateDate,
    }
  } finally {
    await session.close()
  }
}

/** Tokens per second when scoring one option after each prompt, which is little more than a forward pass. */
async function forwardSpeed(
  prompts: Prompt[],
  model: Awaited<ReturnType<ModelSession['model']>>,
  signal: AbortSignal | undefined,
): Promise<number> {
  const items = prompts.map((prompt) => ({ ...prompt, options: ['.'] }))
  const tokens = (await model.countTokens(prompts, { signal })).reduce((sum, count) => sum + count, 0)
  let best = Infinity
  for (let round = 0; round < 2; round++) {
    const started = performance.now()
    for await (const _ of model.scoreOptions(items, { signal }));
    best = Math.min(best, (performance.now() - started) / 1000)
  }
  return tokens / best
}
