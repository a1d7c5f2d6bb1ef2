import { join } from 'node:path'
import type { Message } from '../../bridge/contract.js'
import { GraitError } from '../../errors.js'
import type { Knowledge } from '../../knowledge/knowledge.js'
import { answerPrompt } from '../../prompts/answer-prompt.js'
import { goldTarget, refusalTarget } from '../../prompts/targets.js'
import type { Candidate, Method } from '../../rait/method.js'
import { jsonLines, writeFileAtomically } from '../atomic-file.js'
import { influenceOf } from '../influence-of-stage.js'
import { obtainStage, type RunContext } from '../run-context.js'
import type { FinishedStage } from '../stage-cache.js'

/** A line of selection/train.jsonl. */
export interface TrainingRecord {
  id: string
  group: 'ik' | 'idk'
  messages: Message[]
  target: string
  weight: number
}

/** A line of selection/influence.jsonl. */
export interface InfluenceRecord {
  id: string
  group: 'ik' | 'idk'
  correctness: number
  refusalInfluence: number | null
  overRefusalInfluence: number | null
  stabilityInfluence: number | null
  selected: boolean
  weight: number | null
}

/** How many known and unknown questions to train on where the configuration leaves it open: 4 : 1, as many as there are. */
export function defaultCounts(known: number, unknown: number): { known: number; unknown: number } {
  const refusals = Math.max(1, Math.min(unknown, Math.round(known / 4)))
  return { known: Math.min(known, 4 * refusals), unknown: refusals }
}

/** Splits into D_ik and D_idk; stops before any training where one is empty. */
export function knownAndUnknown(knowledge: readonly Knowledge[], threshold: number): { known: Knowledge[]; unknown: Knowledge[] } {
  const known = knowledge.filter((item) => item.correctness >= threshold)
  const unknown = knowledge.filter((item) => item.correctness < threshold)
  for (const [group, name, side, remedy] of [
    [known, 'D_ik (questions that the model knows)', 'reaches', 'Lower'],
    [unknown, 'D_idk (questions that it does not know)', 'stays below', 'Raise'],
  ] as const) {
    if (group.length > 0) continue
    throw new GraitError(
      'empty_group',
      `${name} is empty: of ${knowledge.length} questions none ${side} correctness ${threshold} (knowledge.threshold)`,
      {
        hint: `${remedy} knowledge.threshold, or give other questions.`,
        details: { threshold, questions: knowledge.length },
      },
    )
  }
  return { known, unknown }
}

export interface SelectionInputs {
  knowledge: FinishedStage
  /** Features of the refusals and of the gold answers, where the method needs them. */
  idk: FinishedStage | undefined
  ik: FinishedStage | undefined
  /** Answers of the rehearsed model, where the method needs them. */
  flow: FinishedStage | undefined
}

/** Chooses and weighs the training questions by the run's method (method.md, step 3). */
export async function selectionStage(
  context: RunContext,
  method: Method,
  knowledge: readonly Knowledge[],
  stages: SelectionInputs,
): Promise<FinishedStage> {
  const { config, data, reporter } = context
  const { threshold } = config.knowledge
  const { known, unknown } = knownAndUnknown(knowledge, threshold)
  const counts = defaultCounts(known.length, unknown.length)
  const request = {
    known: config.selection.known ?? counts.known,
    unknown: config.selection.unknown ?? counts.unknown,
    seed: config.selection.seed ?? config.seed,
    strictCounts: config.selection.strictCounts,
    threshold,
    weighting: config.weighting,
  }
  return obtainStage(
    context,
    {
      name: 'selection',
      version: 1,
      inputs: {
        knowledge: stages.knowledge.key,
        gradients: [stages.idk?.key ?? null, stages.ik?.key ?? null],
        flow: stages.flow?.key ?? null,
        method: method.id,
        request,
        prompts: data.prompts.refuseInputs,
      },
      async compute({ files }) {
        const influence =
          stages.idk === undefined
            ? undefined
            : await influenceOf(stages.idk, stages.ik, new Set(known.map((item) => item.id)), context.signal)
        const candidates = knowledge.map((item): Candidate => {
          const group = item.correctness >= threshold ? 'ik' : 'idk'
          const { subject } = data.question(item.id)
          return {
            id: item.id,
            group,
            correctness: item.correctness,
            certainty: item.certainty,
            ...(subject === undefined ? {} : { subject }),
            refusalInfluence: influence?.refusal.get(item.id) ?? null,
            overRefusalInfluence: influence?.overRefusal.get(item.id) ?? null,
            stabilityInfluence: influence?.stability?.get(item.id) ?? null,
          }
        })
        const selection = method.select(candidates, request)
        for (const note of selection.notes) reporter.note(`selection: ${note}`)
        const facts = new Map(knowledge.map((item) => [item.id, item]))
        const weights = new Map(selection.chosen.map((item) => [item.id, item.weight]))
        const train = selection.chosen.map(({ id, group, target, weight }): TrainingRecord => {
          const question = data.question(id)
          const text = target === 'gold' ? goldTarget(question, facts.get(id)) : refusalTarget(data.prompts.settings)
          return { id, group, ...answerPrompt(question, 'refuse', data.prompts.settings), target: text, weight }
        })
        const records = candidates.map(
          ({ certainty: _certainty, subject: _subject, ...rest }): InfluenceRecord => ({
            ...rest,
            selected: weights.has(rest.id),
            weight: weights.get(rest.id) ?? null,
          }),
        )
        await writeFileAtomically(join(files, 'train.jsonl'), jsonLines(train))
        await writeFileAtomically(join(files, 'influence.jsonl'), jsonLines(records))
      },
    },
    { start: `${method.id}: choosing among ${known.length} known and ${unknown.length} unknown questions` },
  )
}
