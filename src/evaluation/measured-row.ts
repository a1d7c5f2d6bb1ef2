import { alignedOutcomes, type JudgedSet } from './judged-set.js'
import { confidenceMeasures, refusalAuroc } from './measures/confidence-measures.js'
import { countOutcomes, meanOverSubjects, measuresOf } from './measures/measures.js'
import { refusalMeasures } from './measures/refusal-measures.js'
import { riskCoverage, thinned } from './measures/risk-coverage.js'
import { refusedBelow, thresholdForThs } from './measures/threshold.js'
import { truthfulHelpfulness } from './measures/ths.js'
import { type BootstrapSettings, bootstrapIntervals } from './resampling/bootstrap.js'
import type { ResultRow, ThresholdRow } from './result-rows.js'

/** A curve with this many points looks like the full one and keeps the results file small. */
const CURVE_POINTS = 100

/** The measures of a set, against Init-Basic on the same questions if there is one. */
export async function measuredRow(
  set: JudgedSet,
  initial: JudgedSet | undefined,
  settings: BootstrapSettings,
  signal: AbortSignal | undefined,
): Promise<ResultRow> {
  const { method, seed, dataset, answers } = set
  const counts = countOutcomes(answers.map(({ outcome }) => outcome))
  const measures = measuresOf(counts)
  const initialOutcomes = initial && alignedOutcomes(initial, set)
  const bySubject = meanOverSubjects(answers)
  const ungated = set.ungated ?? answers
  const curve = riskCoverage(ungated)
  const confidence = confidenceMeasures(ungated)
  const atThreshold = await thresholdRow(set, initial, settings, signal)
  return {
    method,
    seed,
    dataset,
    n: answers.length,
    ...counts,
    ...measures,
    ths: initialOutcomes === undefined ? null : truthfulHelpfulness(measuresOf(countOutcomes(initialOutcomes)), measures),
    interval: await bootstrapIntervals(
      answers.map(({ outcome }) => outcome),
      initialOutcomes,
      settings,
      { signal },
    ),
    bySubject: bySubject && { ...bySubject, ths: truthfulHelpfulness(initial && meanOverSubjects(initial.answers), bySubject) },
    refusal:
      initialOutcomes === undefined
        ? null
        : refusalMeasures(
            initialOutcomes,
            answers.map(({ outcome }) => outcome),
          ),
    ...(confidence === null
      ? {}
      : {
          confidence: {
            ...confidence,
            refusalAuroc:
              initialOutcomes === undefined
                ? null
                : refusalAuroc(
                    answers.map(({ refusalScore }) => refusalScore),
                    initialOutcomes,
                  ),
          },
        }),
    ...(atThreshold === undefined ? {} : { atThreshold }),
    ...(curve === null ? {} : { riskCoverage: { ...curve, points: thinned(curve.points, CURVE_POINTS) } }),
  }
}

/** The row at its threshold, given or from its validation answers; undefined without either, or without confidences. */
async function thresholdRow(
  set: JudgedSet,
  initial: JudgedSet | undefined,
  settings: BootstrapSettings,
  signal: AbortSignal | undefined,
): Promise<ThresholdRow | undefined> {
  const threshold = thresholdOf(set, initial)
  if (threshold === undefined) return undefined
  const outcomes = refusedBelow(set.ungated ?? set.answers, threshold)
  const initialOutcomes = initial && alignedOutcomes(initial, set)
  const measures = measuresOf(countOutcomes(outcomes))
  return {
    threshold,
    ...measures,
    ths: initialOutcomes === undefined ? null : truthfulHelpfulness(measuresOf(countOutcomes(initialOutcomes)), measures),
    interval: (await bootstrapIntervals(outcomes, initialOutcomes, settings, { signal })).ths,
  }
}

/** Null: nothing more is refused. */
function thresholdOf({ threshold, validation }: JudgedSet, initial: JudgedSet | undefined): number | null | undefined {
  if (threshold !== undefined) return threshold
  if (validation === undefined || initial?.validation === undefined || riskCoverage(validation) === null) return undefined
  return thresholdForThs(validation, measuresOf(countOutcomes(initial.validation.map(({ outcome }) => outcome))))
}
