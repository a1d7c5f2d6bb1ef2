import { join } from 'node:path'
import type { Knowledge } from '../../knowledge/knowledge.js'
import { answerPrompt } from '../../prompts/answer-prompt.js'
import { goldTarget, refusalTarget } from '../../prompts/targets.js'
import type { Sample } from '../../runtime/calls/sample.js'
import { warnOfFailures } from '../cache/planned-batches.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import type { TestSet } from '../context/experiment-data.js'
import { obtainStage, type RunContext } from '../context/run-context.js'
import { collectFeatures } from '../features/collection.js'
import { streamOptions } from './stream-options.js'

/** `idk`: the gradient of refusing, for every question. `ik`: the gradient of the gold answer, for the known ones. */
export type GradientGroup = 'idk' | 'ik'

/**
 * Per-sample gradient features at the rehearsed model (docs/method.md, step 3), stored as `<group>/*.npy` and an index.
 * Rows are in the order of the questions; a question without a usable gradient has no row and is listed in `failures`.
 */
export async function gradientsStage(
  context: RunContext,
  rehearsal: FinishedStage,
  group: GradientGroup,
  knowledge: readonly Knowledge[],
): Promise<FinishedStage> {
  const { config, data } = context
  const settings = data.prompts.settings
  const chosen = group === 'idk' ? knowledge : knowledge.filter((item) => item.correctness >= config.knowledge.threshold)
  const samples: Sample[] = chosen.map((item) => {
    const question = data.question(item.id)
    const target = group === 'idk' ? refusalTarget(settings) : goldTarget(question, item)
    return { id: item.id, ...answerPrompt(question, 'refuse', settings), target }
  })
  const start =
    group === 'idk' ? `gradients of refusing ${samples.length} questions` : `gradients of answering ${samples.length} known questions`
  return featuresStage(context, rehearsal, group, samples, start)
}

/** The gradients of refusing the questions of a set, in `idk/`: the same features as those of the source questions. */
export function refusalGradients(context: RunContext, rehearsal: FinishedStage, { name, questions }: TestSet): Promise<FinishedStage> {
  const { settings } = context.data.prompts
  const target = refusalTarget(settings)
  const samples = questions.map((question): Sample => ({ id: question.id, ...answerPrompt(question, 'refuse', settings), target }))
  return featuresStage(context, rehearsal, 'idk', samples, `gradients of refusing ${samples.length} questions of ${name}`)
}

async function featuresStage(
  context: RunContext,
  rehearsal: FinishedStage,
  group: GradientGroup,
  samples: readonly Sample[],
  start: string,
): Promise<FinishedStage> {
  const { config, session, data, reporter } = context
  return obtainStage(
    context,
    {
      name: 'gradients',
      version: 1,
      inputs: {
        rehearsal: rehearsal.key,
        group,
        samples: data.digest(samples),
        gradients: config.gradients,
        model: await session.identity(),
      },
      async compute({ files, resume }, working) {
        const failures = await collectFeatures(
          await session.model(),
          samples,
          {
            adapter: join(rehearsal.dir, 'adapter'),
            gradients: config.gradients,
            maker: await session.maker(),
            copiedTo: working.folder,
            ...streamOptions(working, 'gradients'),
          },
          { files: join(files, group), resume: join(resume, group) },
        )
        warnOfFailures(reporter, 'gradients', failures)
      },
    },
    { start },
  )
}
