import type { JudgedSet } from '../../evaluation/judged-set.js'
import { countOutcomes, measuresOf } from '../../evaluation/measures/measures.js'
import type { JudgedAnswer } from '../../evaluation/measures/outcome.js'
import { refusedBelow, thresholdForThs } from '../../evaluation/measures/threshold.js'
import { UNTRAINED } from '../../evaluation/untrained/registry.js'
import type { AskedAnswer, Untrained } from '../../evaluation/untrained/untrained.js'
import { refusalTarget } from '../../prompts/targets.js'
import type { Needs } from '../../rait/method.js'
import type { TestSet } from '../context/experiment-data.js'
import type { RunContext } from '../context/run-context.js'
import { clustersOfAnswers } from '../stages/clusters.js'
import type { OutputRecord } from '../stages/evaluation.js'
import { openEnded, sampledAnswers } from '../stages/samples.js'
import { truthOfAnswers } from '../stages/truth.js'
import { type ProbedQuestions, probedSets, type RecordStage } from './probed-sets.js'
import type { EvaluatedSet } from './results-of-run.js'
import { needsRefusalGradients, type SharedStages } from './shared-stages.js'

interface UntrainedSets {
  sets: EvaluatedSet[]
  /** The same rows on the questions that their thresholds are set on, where nothing is refused by one. */
  thresholds: EvaluatedSet[]
  notes: string[]
}

/**
 * The methods without training: Init-Basic's answers, of which those of low confidence are refused. Each threshold is set on the
 * questions set aside for it.
 * @param tested Init-Basic's answers to every test set
 * @param aside Init-Basic's answers to the questions that thresholds are set on
 * @param needs what the methods of the run need: probes on gradients are shown where these are computed anyway
 * @param record is told of every stage, and what it is called in the run
 */
export async function untrainedSets(
  context: RunContext,
  shared: SharedStages,
  tested: readonly EvaluatedSet[],
  aside: EvaluatedSet,
  needs: readonly Needs[],
  record: RecordStage,
): Promise<UntrainedSets> {
  const everySet = [...tested, aside].map(({ test }) => test)
  const probed = await probedSets(context, shared, everySet, needs.some(needsRefusalGradients), record)
  const known = new Map<TestSet, Map<string, MoreAbout>>()
  for (const set of [...tested, aside]) known.set(set.test, await moreAbout(context, set, probed.bySet.get(set.test), record))
  const drawn = everySet.some((set) => openEnded(set).length > 0)
  const shown = UNTRAINED.filter((method) => (method.probe === undefined || probed.kinds.has(method.probe)) && (drawn || !method.openEnded))
  const initial = measuresOf(countOutcomes(aside.judged.answers.map(({ outcome }) => outcome)))
  const ofMethod = ({ id }: Untrained, set: EvaluatedSet, outputs: EvaluatedSet['outputs'], judged: Partial<JudgedSet>): EvaluatedSet => {
    return { ...set, method: id, outputs, judged: { ...set.judged, method: id, ...judged } }
  }
  const rows = shown.map((method) => {
    const validation = confident(method, aside, known.get(aside.test))
    const threshold = thresholdForThs(validation, initial)
    const sets = tested.map((basic) => {
      const ungated = confident(method, basic, known.get(basic.test))
      const outcomes = refusedBelow(ungated, threshold)
      const answers = ungated.map((answer, index) => ({ ...answer, outcome: outcomes[index] ?? answer.outcome }))
      const outputs = outputsOf(basic, answers, refusalTarget(context.data.prompts.settings))
      return ofMethod(method, basic, outputs, { answers, ungated, validation })
    })
    return { sets, threshold: ofMethod(method, aside, aside.outputs, { answers: validation }) }
  })
  return { sets: rows.flatMap(({ sets }) => sets), thresholds: rows.map(({ threshold }) => threshold), notes: probed.notes }
}

/** What is known of an answer beside the answer. */
type MoreAbout = Pick<AskedAnswer, 'samples' | 'clusters' | 'truth' | 'probes'>

/** What the initial model says beside its answers, by id. */
async function moreAbout(
  context: RunContext,
  { test, outputs }: EvaluatedSet,
  probed: ProbedQuestions | undefined,
  record: RecordStage,
): Promise<Map<string, MoreAbout>> {
  const { samples, clusters } = await drawnAnswers(context, test, record)
  const ofQuestion = ({ id, output }: OutputRecord) => ({ output, samples: samples.get(id) ?? [] })
  const answers = new Map([...outputs.values()].map((record) => [record.id, ofQuestion(record)]))
  const { stage, truths } = await truthOfAnswers(context, test, answers)
  await record(stage, `truth/${test.name}`)
  return new Map(
    [...answers].map(([id, { samples }]) => {
      return [id, { samples, clusters: clusters.get(id) ?? [], truth: truths.get(id) ?? null, probes: probed?.get(id) ?? {} }]
    }),
  )
}

/** What was drawn beside the answers to the open-ended questions of a set, and which of it means the same. */
async function drawnAnswers(context: RunContext, test: TestSet, record: RecordStage) {
  if (openEnded(test).length === 0) return { samples: new Map<string, string[]>(), clusters: new Map<string, number[]>() }
  const drawn = await sampledAnswers(context, test)
  await record(drawn.stage, `samples/${test.name}`)
  const { stage, clusters } = await clustersOfAnswers(context, test, drawn)
  await record(stage, `clusters/${test.name}`)
  return { samples: drawn.samples, clusters }
}

/** Init-Basic's answers with the method's confidence. */
function confident(method: Untrained, { outputs, judged }: EvaluatedSet, known: Map<string, MoreAbout> | undefined): JudgedAnswer[] {
  return judged.answers.map(({ id, outcome, subject }) => {
    const record = outputs.get(id) as OutputRecord
    const found = method.confidence({ ...record, ...(known?.get(id) ?? { samples: [], clusters: [], truth: null, probes: {} }) })
    return { id, outcome, subject, ...found, refusalScore: -found.confidence }
  })
}

function outputsOf({ outputs, judged }: EvaluatedSet, answers: readonly JudgedAnswer[], refusal: string): Map<string, OutputRecord> {
  return new Map(
    answers.map(({ id, outcome }, index) => {
      const record = outputs.get(id) as OutputRecord
      const refusedNow = outcome === 'refused' && judged.answers[index]?.outcome !== 'refused'
      return [id, refusedNow ? { ...record, output: refusal } : record]
    }),
  )
}
