import { join } from 'node:path'
import { writeFileAtomically } from '../../atomic-file.js'
import type { Question } from '../../data/question/question.js'
import { answerPrompt } from '../../prompts/answer-prompt.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import type { TestSet } from '../context/experiment-data.js'
import { obtainStage, type RunContext } from '../context/run-context.js'
import { jsonLines, readJsonLines } from '../folder/json-lines-file.js'
import { generatedBatches } from './generated-batches.js'
import { thinking } from './stream-options.js'

interface SampledAnswers {
  id: string
  samples: string[]
}

/**
 * Draws further answers of the initial model to the open-ended questions of a set, by id: under the plain instruction, without examples,
 * as many and at the same temperature as in the knowledge query. A set of multiple choice has none to ask.
 */
export async function sampledAnswers(
  context: RunContext,
  test: TestSet,
): Promise<{ stage: FinishedStage; samples: Map<string, string[]> }> {
  const { config, data, session } = context
  const { samples, temperature, seed } = config.knowledge
  const { maxTokens } = config.evaluation
  const items = openEnded(test).map((question) => ({ id: question.id, ...answerPrompt(question, 'plain', data.prompts.settings) }))
  const stage = await obtainStage(
    context,
    {
      name: 'samples',
      version: 1,
      inputs: {
        test: test.digest,
        instruction: data.prompts.plainInputs,
        query: { samples, temperature, maxTokens, seed, ...thinking(config) },
        model: await session.identity(),
      },
      async compute({ files, resume }, working) {
        const model = await session.model()
        const store = join(resume, 'samples')
        const batches = await generatedBatches(working, model, items, { stage: 'samples', store, samples, temperature, maxTokens, seed })
        const found = new Map<string, string[]>()
        for await (const { rows } of batches) for (const { id, texts } of rows) found.set(id, texts)
        // A question that cannot be asked was named when it was evaluated.
        const records = items.map(({ id }): SampledAnswers => ({ id, samples: found.get(id) ?? [] }))
        await writeFileAtomically(join(files, 'samples.jsonl'), jsonLines(records))
      },
    },
    { start: `drawing ${samples} answers to each of ${items.length} questions of ${test.name}` },
  )
  const records = await readJsonLines<SampledAnswers>(join(stage.dir, 'samples.jsonl'))
  return { stage, samples: new Map(records.map((record) => [record.id, record.samples])) }
}

/** The questions of a set of which answers are drawn; of the others, the probabilities of the options say more. */
export function openEnded({ questions }: Pick<TestSet, 'questions'>): Question[] {
  return questions.filter(({ kind }) => kind === 'oeqa')
}
