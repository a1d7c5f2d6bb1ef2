import { join } from 'node:path'
import { writeFileAtomically } from '../../atomic-file.js'
import { GraitError } from '../../errors.js'
import type { Knowledge } from '../../knowledge/knowledge.js'
import { rehearsalSet } from '../../knowledge/rehearsal-set.js'
import { answerPrompt } from '../../prompts/answer-prompt.js'
import { goldTarget } from '../../prompts/targets.js'
import { counted } from '../../report/numbers.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import { obtainStage, type RunContext } from '../context/run-context.js'
import { trainStageAdapter } from './stage-adapter.js'

/**
 * Warms the model up on questions that it surely knows (docs/method.md, step 2). The resulting adapter and AdamW moments are used to
 * compute the gradients.
 */
export async function rehearsalStage(context: RunContext, asked: FinishedStage, knowledge: readonly Knowledge[]): Promise<FinishedStage> {
  const { config, session, reporter, data } = context
  const { count, minCorrectness, minCertainty, lora, train, seed } = config.rehearsal
  const { threshold } = config.knowledge
  const prompts = data.prompts
  const set = rehearsalSet(knowledge, { count, minCorrectness, minCertainty: minCertainty ?? minCorrectness, threshold, seed })
  return obtainStage(
    context,
    {
      name: 'rehearsal',
      version: 1,
      inputs: {
        knowledge: asked.key,
        threshold,
        rehearsal: config.rehearsal,
        instruction: prompts.plainInputs,
        model: await session.identity(),
      },
      async compute(workspace, working) {
        if (set.ids.length === 0) {
          throw new GraitError(
            'empty_group',
            `there is nothing to rehearse: the model knows none of the ${knowledge.length} questions at knowledge.threshold ${threshold}`,
            {
              hint: 'Lower knowledge.threshold, or give questions that this model can answer.',
            },
          )
        }
        if (set.sure < set.ids.length) {
          reporter.note(
            `rehearsal: ${set.sure} questions are surely known (correctness >= ${minCorrectness}); filled up to ${set.ids.length} with the most correct ones`,
          )
        }
        const facts = new Map(knowledge.map((item) => [item.id, item]))
        const samples = set.ids.map((id) => {
          const question = data.question(id)
          return { id, ...answerPrompt(question, 'plain', prompts.settings), target: goldTarget(question, facts.get(id)) }
        })
        const adapter = await trainStageAdapter(working, 'rehearsal', workspace, samples, { ...lora, ...train, seed, keepOptimizer: true })
        await writeFileAtomically(
          join(workspace.files, 'rehearsal.json'),
          `${JSON.stringify({ ids: set.ids, sure: set.sure, losses: adapter.result.losses, halvings: adapter.result.halvings })}\n`,
        )
      },
    },
    { start: `warming up on ${counted(set.ids.length, 'question')} that the model knows` },
  )
}
