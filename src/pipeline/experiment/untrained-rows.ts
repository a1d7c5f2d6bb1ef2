import { countOutcomes, measuresOf } from '../../evaluation/measures/measures.js'
import type { JudgedAnswer } from '../../evaluation/measures/outcome.js'
import { refusedBelow, thresholdForThs } from '../../evaluation/measures/threshold.js'
import { UNTRAINED } from '../../evaluation/untrained/registry.js'
import type { Untrained } from '../../evaluation/untrained/untrained.js'
import { refusalTarget } from '../../prompts/targets.js'
import type { TestSet } from '../context/experiment-data.js'
import type { RunContext } from '../context/run-context.js'
import type { OutputRecord } from '../stages/evaluation.js'
import { sampledAnswers } from '../stages/samples.js'
import type { EvaluatedSet } from './results-of-run.js'

/**
 * The methods without training: Init-Basic's answers, of which those of low confidence are refused. Each threshold is set on the
 * questions set aside for it.
 * @param tested Init-Basic's answers to every test set
 * @param aside Init-Basic's answers to the questions that thresholds are set on
 */
export async function untrainedSets(context: RunContext, tested: readonly EvaluatedSet[], aside: EvaluatedSet): Promise<EvaluatedSet[]> {
  const samples = new Map<TestSet, Map<string, string[]>>()
  for (const { test } of [...tested, aside]) samples.set(test, await sampledAnswers(context, test))
  const initial = measuresOf(countOutcomes(aside.judged.answers.map(({ outcome }) => outcome)))
  return tested.flatMap((basic) =>
    UNTRAINED.map((method): EvaluatedSet => {
      const validation = confident(method, aside, samples.get(aside.test))
      const ungated = confident(method, basic, samples.get(basic.test))
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

/** Init-Basic's answers with the method's confidence. */
function confident(method: Untrained, { outputs, judged }: EvaluatedSet, samples: Map<string, string[]> | undefined): JudgedAnswer[] {
  return judged.answers.map(({ id, outcome, subject }) => {
    const record = outputs.get(id) as OutputRecord
    const found = method.confidence({ ...record, samples: samples?.get(id) ?? [] })
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
