import { countOutcomes, measuresOf } from '../../evaluation/measures/measures.js'
import type { JudgedAnswer } from '../../evaluation/measures/outcome.js'
import { refusedBelow, thresholdForThs } from '../../evaluation/measures/threshold.js'
import { UNTRAINED } from '../../evaluation/untrained/registry.js'
import type { AskedAnswer, Untrained } from '../../evaluation/untrained/untrained.js'
import { refusalTarget } from '../../prompts/targets.js'
import type { TestSet } from '../context/experiment-data.js'
import type { RunContext } from '../context/run-context.js'
import type { OutputRecord } from '../stages/evaluation.js'
import { sampledAnswers } from '../stages/samples.js'
import { truthOfAnswers } from '../stages/truth.js'
import type { EvaluatedSet } from './results-of-run.js'

/**
 * The methods without training: Init-Basic's answers, of which those of low confidence are refused. Each threshold is set on the
 * questions set aside for it.
 * @param tested Init-Basic's answers to every test set
 * @param aside Init-Basic's answers to the questions that thresholds are set on
 */
export async function untrainedSets(context: RunContext, tested: readonly EvaluatedSet[], aside: EvaluatedSet): Promise<EvaluatedSet[]> {
  const known = new Map<TestSet, Map<string, Pick<AskedAnswer, 'samples' | 'truth'>>>()
  for (const set of [...tested, aside]) known.set(set.test, await moreAbout(context, set))
  const initial = measuresOf(countOutcomes(aside.judged.answers.map(({ outcome }) => outcome)))
  return tested.flatMap((basic) =>
    UNTRAINED.map((method): EvaluatedSet => {
      const validation = confident(method, aside, known.get(aside.test))
      const ungated = confident(method, basic, known.get(basic.test))
      const outcomes = refusedBelow(ungated, thresholdForThs(validation, initial))
      const answers = ungated.map((answer, index) => ({ ...answer, outcome: outcomes[index] ?? answer.outcome }))
      return {
        ...basic,
        method: method.id,
        outputs: outputsOf(basic, answers, refusalTarget(context.data.prompts.settings)),
        judged: { ...basic.judged, method: method.id, answers, ungated, validation },
      }
    }),
  )
}

/** What the initial model says beside its answers, by id. */
async function moreAbout(
  context: RunContext,
  { test, outputs }: EvaluatedSet,
): Promise<Map<string, Pick<AskedAnswer, 'samples' | 'truth'>>> {
  const samples = await sampledAnswers(context, test)
  const ofQuestion = ({ id, output }: OutputRecord) => ({ output, samples: samples.get(id) ?? [] })
  const answers = new Map([...outputs.values()].map((record) => [record.id, ofQuestion(record)]))
  const truths = await truthOfAnswers(context, test, answers)
  return new Map([...answers].map(([id, answer]) => [id, { samples: answer.samples, truth: truths.get(id) ?? null }]))
}

/** Init-Basic's answers with the method's confidence. */
function confident(
  method: Untrained,
  { outputs, judged }: EvaluatedSet,
  known: Map<string, Pick<AskedAnswer, 'samples' | 'truth'>> | undefined,
): JudgedAnswer[] {
  return judged.answers.map(({ id, outcome, subject }) => {
    const record = outputs.get(id) as OutputRecord
    const found = method.confidence({ ...record, ...(known?.get(id) ?? { samples: [], truth: null }) })
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
