import { join } from 'node:path'
import { writeFileAtomically } from '../../atomic-file.js'
import type { Message } from '../../bridge/contract.js'
import { letterOf } from '../../data/question/letters.js'
import type { Knowledge } from '../../knowledge/knowledge.js'
import { answerPrompt } from '../../prompts/answer-prompt.js'
import { goldTarget, refusalTarget } from '../../prompts/targets.js'
import { checkedSelection } from '../../rait/checked-selection.js'
import { groupOf } from '../../rait/groups.js'
import type { Candidate, GreedyAnswer, Group, Method } from '../../rait/method.js'
import { methodKey } from '../../rait/methods/chosen-methods.js'
import { trainingSetNotes } from '../../report/result-notes.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import type { ExperimentData } from '../context/experiment-data.js'
import { obtainStage, type RunContext } from '../context/run-context.js'
import { influenceOf } from '../features/influence-of-stage.js'
import { selectionOf } from '../features/selection-of-stage.js'
import { jsonLines, readJsonLines } from '../folder/json-lines-file.js'
import { readStoredJson } from '../folder/stored-json.js'
import type { RoundRecord } from './first-round.js'
import type { GreedyRecord } from './greedy.js'
import { ownScores } from './probe.js'

/** A line of selection/train.jsonl: one training pair. */
export interface TrainingRecord {
  /** The question's id; a question with several targets has a line for each. */
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
  /** Whether it is trained on. */
  selected: boolean
  /** The weight of all its pairs together; null if it is not selected. */
  weight: number | null
  /** The weight with which it is trained to be answered; null if it is not. */
  answerWeight: number | null
  /** The weight with which it is trained to be refused; null if it is not. */
  refusalWeight: number | null
}

/** selection/selection.json: numbers of requested and selected questions of each group, of training pairs, and notes for the reader of the results. */
export interface SelectionRecord {
  method: string
  asked: { known: number; unknown: number }
  taken: { known: number; unknown: number }
  pairs: number
  notes: string[]
}

/** The default numbers of known and unknown training questions: as many as possible in the ratio 4 : 1. */
export function defaultCounts(known: number, unknown: number): { known: number; unknown: number } {
  const refusals = Math.max(1, Math.min(unknown, Math.round(known / 4)))
  return { known: Math.min(known, 4 * refusals), unknown: refusals }
}

/**
 * Checks that there are known and unknown questions.
 * @throws GraitError empty_group
 */
export function requireBothGroups(knowledge: readonly Knowledge[], threshold: number): void {
  const grouped = knowledge.map((item) => ({ ...item, group: groupAt(item, threshold) }))
  for (const group of ['ik', 'idk'] as const) groupOf(grouped, group, { threshold })
}

/** Whether a question counts as known (docs/method.md, step 1). */
export function isKnown(item: Knowledge, threshold: number): boolean {
  return groupAt(item, threshold) === 'ik'
}

/** Known (`ik`) if the correctness is at least T_c (docs/method.md, step 1). */
function groupAt({ correctness }: Knowledge, threshold: number): Group {
  return correctness >= threshold ? 'ik' : 'idk'
}

export interface SelectionInputs {
  knowledge: FinishedStage
  /** Features of the refusals and of the gold answers, if the method needs them. */
  idk: FinishedStage | undefined
  ik: FinishedStage | undefined
  /** Answers of the rehearsed model, if the method needs them. */
  flow: FinishedStage | undefined
  /** Answers at temperature 0, if the method needs them. */
  greedy: FinishedStage | undefined
  /** What a probe says of the source questions, if the method needs it. */
  estimates: FinishedStage | undefined
  /** Answers of a model tuned by another method, if the method needs them. */
  firstRound?: FinishedStage | undefined
}

/** Selects and weights the training questions with the run's method (docs/method.md, step 4). */
export async function selectionStage(
  context: RunContext,
  method: Method,
  knowledge: readonly Knowledge[],
  stages: SelectionInputs,
): Promise<FinishedStage> {
  const { config, data, reporter } = context
  const { threshold } = config.knowledge
  const known = knowledge.filter((item) => groupAt(item, threshold) === 'ik').length
  const unknown = knowledge.length - known
  const counts = defaultCounts(known, unknown)
  const request = {
    known: config.selection.known ?? counts.known,
    unknown: config.selection.unknown ?? counts.unknown,
    seed: config.selection.seed ?? config.seed,
    ...(config.selection.bySubject && { bySubject: true }),
    strictCounts: config.selection.strictCounts,
    threshold,
    weighting: config.weighting,
  }
  const stage = await obtainStage(
    context,
    {
      name: 'selection',
      version: 3,
      inputs: {
        knowledge: stages.knowledge.key,
        gradients: [stages.idk?.key ?? null, stages.ik?.key ?? null],
        flow: stages.flow?.key ?? null,
        greedy: stages.greedy?.key ?? null,
        ...(stages.estimates && { estimates: stages.estimates.key }),
        ...(stages.firstRound && { firstRound: stages.firstRound.key }),
        method: methodKey(method),
        request,
        prompts: data.prompts.refuseInputs,
      },
      async compute({ files }, working) {
        const candidates = await candidatesOf(working, knowledge, stages)
        const selection = checkedSelection(method, candidates, await selectionOf(method, candidates, request, stages, working.signal))
        const facts = new Map(knowledge.map((item) => [item.id, item]))
        const refusal = refusalTarget(data.prompts.settings)
        const train = selection.chosen.map(({ id, group, target, weight }): TrainingRecord => {
          const question = data.question(id)
          const text = target === 'gold' ? goldTarget(question, facts.get(id)) : target === 'refusal' ? refusal : target.text
          return { id, group, ...answerPrompt(question, 'refuse', data.prompts.settings), target: text, weight }
        })
        const answers = weightsOf(train.filter(({ target }) => target !== refusal))
        const refusals = weightsOf(train.filter(({ target }) => target === refusal))
        const records = candidates.map(
          ({ id, group, correctness, refusalInfluence, overRefusalInfluence, stabilityInfluence }): InfluenceRecord => ({
            id,
            group,
            correctness,
            refusalInfluence,
            overRefusalInfluence,
            stabilityInfluence,
            selected: answers.has(id) || refusals.has(id),
            weight: answers.has(id) || refusals.has(id) ? (answers.get(id) ?? 0) + (refusals.get(id) ?? 0) : null,
            answerWeight: answers.get(id) ?? null,
            refusalWeight: refusals.get(id) ?? null,
          }),
        )
        const taken = (group: Group) => records.filter((record) => record.group === group && record.selected).length
        const record: SelectionRecord = {
          method: method.id,
          asked: { known: request.known, unknown: request.unknown },
          taken: { known: taken('ik'), unknown: taken('idk') },
          pairs: train.length,
          notes: selection.notes,
        }
        await writeFileAtomically(join(files, 'selection.json'), `${JSON.stringify(record)}\n`)
        await writeFileAtomically(join(files, 'train.jsonl'), jsonLines(train))
        await writeFileAtomically(join(files, 'influence.jsonl'), jsonLines(records))
      },
    },
    { start: `${method.id}: choosing among ${known} known and ${unknown} unknown questions` },
  )
  for (const note of (await readSelection(stage)).notes) reporter.note(`${method.id}: ${note}`)
  for (const note of trainingSetNotes(await trainingSetOf(stage, data))) reporter.warning(`${method.id}: ${note}`)
  return stage
}

function probabilityOf(logOdds: number | undefined): number | null {
  return logOdds === undefined ? null : 1 / (1 + Math.exp(-logOdds))
}

/** The option that the model would choose, as an answer. */
function mostProbable(probabilities: readonly number[], answer: number | undefined): GreedyAnswer {
  const chosen = probabilities.indexOf(Math.max(...probabilities))
  return { text: letterOf(chosen), right: chosen === answer, logprob: Math.log(probabilities[chosen] as number), tokens: 1 }
}

/** The sum of each question's weights. */
function weightsOf(pairs: readonly TrainingRecord[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { id, weight } of pairs) sums.set(id, (sums.get(id) ?? 0) + weight)
  return sums
}

/** What the reader of the results should know about a selection. */
export async function notesOnSelection(stage: FinishedStage, data: Pick<ExperimentData, 'prompts'>): Promise<string[]> {
  return [...(await readSelection(stage)).notes, ...trainingSetNotes(await trainingSetOf(stage, data))]
}

async function trainingSetOf({ dir }: FinishedStage, { prompts }: Pick<ExperimentData, 'prompts'>) {
  const train = await readJsonLines<TrainingRecord>(join(dir, 'train.jsonl'))
  const refusals = train.filter(({ target }) => target === refusalTarget(prompts.settings)).length
  return { answers: train.length - refusals, refusals }
}

export async function readSelection({ dir }: FinishedStage): Promise<SelectionRecord> {
  return readStoredJson<SelectionRecord>(join(dir, 'selection.json'))
}

/** The questions as a method sees them: knowledge, influence, flow; whatever the method did not request is null. */
async function candidatesOf(
  { config, data, signal }: RunContext,
  knowledge: readonly Knowledge[],
  { idk, ik, flow, greedy, estimates, firstRound }: SelectionInputs,
): Promise<Candidate[]> {
  const { threshold } = config.knowledge
  const known = new Set(knowledge.filter((item) => groupAt(item, threshold) === 'ik').map((item) => item.id))
  const found = idk === undefined ? [] : await influenceOf(idk, ik, known, signal)
  const influences = new Map(found.map((influence) => [influence.id, influence]))
  const rehearsed = flow === undefined ? undefined : await readJsonLines<Knowledge>(join(flow.dir, 'answers.jsonl'))
  const after = new Map(rehearsed?.map((item) => [item.id, item.correctness]))
  const drawn = greedy === undefined ? undefined : await readJsonLines<GreedyRecord>(join(greedy.dir, 'answers.jsonl'))
  const greedily = new Map(drawn?.map(({ id, ...answer }) => [id, answer]))
  const round = firstRound && (await readJsonLines<RoundRecord>(join(firstRound.dir, 'answers.jsonl')))
  const answered = new Map(round?.map(({ id, answers }) => [id, answers]))
  const logOdds = estimates && (await ownScores(estimates))
  return knowledge.map(({ id, correctness, certainty, samples, right, probabilities }) => {
    const { subject, answer } = data.question(id)
    const influence = influences.get(id)
    return {
      id,
      group: known.has(id) ? 'ik' : 'idk',
      correctness,
      certainty,
      subject,
      refusalInfluence: influence?.refusalInfluence ?? null,
      overRefusalInfluence: influence?.overRefusalInfluence ?? null,
      stabilityInfluence: influence?.stabilityInfluence ?? null,
      rehearsedCorrectness: after.get(id) ?? null,
      samples: samples?.map((text, index) => ({ text, right: right?.[index] === true })),
      probabilities,
      ...(round !== undefined && { firstRound: answered.get(id) }),
      ...(logOdds !== undefined && { estimate: probabilityOf(logOdds.get(id)) }),
      ...(drawn !== undefined && {
        greedy: probabilities === undefined ? (greedily.get(id) ?? null) : mostProbable(probabilities, answer),
      }),
    }
  })
}
