import { extname, join } from 'node:path'
import { writeFileAtomically } from '../../atomic-file.js'
import type { Question } from '../../data/question/question.js'
import type { ProbeKind } from '../../evaluation/untrained/untrained.js'
import type { Knowledge } from '../../knowledge/knowledge.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import { obtainStage, type RunContext } from '../context/run-context.js'
import type { ProbeInputs, ProbeOutputs } from '../features/probe-worker.js'
import { runInWorker } from '../features/worker-thread.js'
import { readStoredJson } from '../folder/stored-json.js'

const WORKER = new URL(`../features/probe-worker${extname(import.meta.url)}`, import.meta.url)
/** An open-ended question is known if it is answered right at least as often as not, whatever T_c is. */
const KNOWN = 0.5
/** One for each fold. */
const FEWEST_OF_A_KIND = 5

/** Finished features, and the folder of the stage that has them. */
export interface StoredFeatures {
  stage: FinishedStage
  folder: string
}

/** Why there is nothing that a probe could learn; undefined if there is. */
export function tooFewToProbe({ data }: RunContext, knowledge: readonly Knowledge[]): string | undefined {
  const known = knowledge.filter((item) => isRight(item, data.question(item.id))).length
  const fewest = Math.min(known, knowledge.length - known)
  if (fewest >= FEWEST_OF_A_KIND) return undefined
  return `of ${knowledge.length} source questions, ${known} are answered right; a probe needs ${FEWEST_OF_A_KIND} of both kinds`
}

/**
 * Fits a linear probe to the source questions, and asks it about other sets: log-odds that the answer is right, by id. Source questions
 * have those of a probe that did not see them.
 */
export async function probeScores(
  context: RunContext,
  kind: ProbeKind,
  knowledge: readonly Knowledge[],
  learnt: StoredFeatures,
  asked: readonly StoredFeatures[],
): Promise<{ stage: FinishedStage; own: Map<string, number>; asked: Map<string, number>[] }> {
  const { data } = context
  const questions = new Map(
    knowledge.map((item) => {
      const question = data.question(item.id)
      return [item.id, { known: isRight(item, question), key: JSON.stringify(question.group ?? [item.id]) }]
    }),
  )
  const stage = await obtainStage(
    context,
    {
      name: 'probe',
      version: 1,
      inputs: { kind, questions: data.digest([...questions]), learnt: learnt.stage.key, asked: asked.map(({ stage }) => stage.key) },
      async compute({ files }, working) {
        const inputs: ProbeInputs = { kind, learnt: learnt.folder, questions, asked: asked.map(({ folder }) => folder) }
        const found = await runInWorker<ProbeInputs, ProbeOutputs>(WORKER, inputs, working.signal)
        await writeFileAtomically(join(files, 'probe.json'), `${JSON.stringify(found)}\n`)
      },
    },
    { start: `a ${kind} probe on ${questions.size} questions` },
  )
  const { asked: scores } = await readStoredJson<ProbeOutputs>(join(stage.dir, 'probe.json'))
  return { stage, own: await ownScores(stage), asked: scores.map((ofSet) => new Map(ofSet)) }
}

/** Log-odds of the source questions, each by a probe that did not see it. */
export async function ownScores({ dir }: FinishedStage): Promise<Map<string, number>> {
  return new Map((await readStoredJson<ProbeOutputs>(join(dir, 'probe.json'))).own)
}

/** Whether the model's answer is right: the most probable option, or at least half of the samples. */
function isRight({ correctness, probabilities }: Knowledge, { answer }: Question): boolean {
  if (probabilities === undefined || answer === undefined) return correctness >= KNOWN
  return probabilities[answer] === Math.max(...probabilities)
}
