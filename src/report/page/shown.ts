import { INIT_BASIC, INIT_REFUSE, type ResultRow, type SummaryRow } from '../../evaluation/result-rows.js'
import { UNTRAINED } from '../../evaluation/untrained/registry.js'
import type { GivenAnswers, ReportData, TestedQuestions, TuningData } from '../report-data.js'

/** The tuning that the page shows in detail: the first seed of the method with the highest mean THS on the first test set. */
export function shownTuning({ results, tunings, tests }: ReportData): TuningData | undefined {
  const scores = new Map(
    results.summary.filter(({ dataset }) => dataset === tests[0]?.dataset).map(({ method, mean }) => [method, mean.ths ?? -Infinity]),
  )
  const score = ({ method }: TuningData) => scores.get(method) ?? -Infinity
  return tunings.reduce<TuningData | undefined>(
    (best, tuning) => (best === undefined || score(tuning) > score(best) ? tuning : best),
    undefined,
  )
}

export function rowOf({ results }: ReportData, dataset: string, method: string, seed?: number): ResultRow | undefined {
  return results.rows.find((row) => row.dataset === dataset && row.method === method && (seed === undefined || row.seed === seed))
}

/** Means over seeds for a data set, in the order of the results. */
export function summaryOf({ results }: ReportData, dataset: string): SummaryRow[] {
  return results.summary.filter((row) => row.dataset === dataset)
}

export function answersOf({ answers }: TestedQuestions, method: string, seed?: number): GivenAnswers | undefined {
  return answers.find((given) => given.method === method && (seed === undefined || given.seed === seed))
}

/** "SmolLM2-135M" of path:models/SmolLM2-135M, of hub:org/SmolLM2-135M@main: the readable name of a model. */
export function modelName(source: string): string {
  const path = source.replace(/^\w+:/, '').replace(/@[^@/]*$/, '')
  return path.split('/').filter(Boolean).at(-1) ?? source
}

/** Explanations of the built-in methods. */
export function methodMeaning(method: string): string {
  if (method === INIT_BASIC) return 'the initial model, plain instruction'
  if (method === INIT_REFUSE) return 'the initial model, refusing allowed'
  return UNTRAINED.find(({ id }) => id === method)?.about ?? 'tuned'
}
