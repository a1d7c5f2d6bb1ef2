import { join } from 'node:path'
import { givingWay } from '../../cancellation.js'
import { answerConfidence } from '../../evaluation/confidence/answer-confidence.js'
import type { JudgedSet } from '../../evaluation/judged-set.js'
import { judge } from '../../evaluation/judging/judge.js'
import { MOVEMENTS, movedQuestions } from '../../evaluation/measures/moved.js'
import type { JudgedAnswer } from '../../evaluation/measures/outcome.js'
import { INIT_BASIC, INIT_REFUSE, type Results } from '../../evaluation/result-rows.js'
import { buildResults } from '../../evaluation/results.js'
import { UNTRAINED } from '../../evaluation/untrained/registry.js'
import type { MovedGroup } from '../../report/terminal/moved-questions.js'
import type { ExperimentData, TestSet } from '../context/experiment-data.js'
import type { RunContext } from '../context/run-context.js'
import { jsonLines, readJsonLines } from '../folder/json-lines-file.js'
import type { RunDirectory } from '../folder/run-directory.js'
import type { OutputRecord } from '../stages/evaluation.js'

/** The judged answers of a method on a test set. */
export interface EvaluatedSet {
  test: TestSet
  method: string
  seed: number
  /** Outputs with their probabilities, by id. */
  outputs: Map<string, OutputRecord>
  judged: JudgedSet
}

/** Reads a finished evaluation and judges every answer. */
export async function judgeEvaluation(
  dir: string,
  test: TestSet,
  method: string,
  seed: number,
  data: ExperimentData,
  signal: AbortSignal | undefined,
): Promise<EvaluatedSet> {
  const records = await readJsonLines<OutputRecord>(join(dir, 'outputs.jsonl'))
  const outputs = new Map(records.map((record) => [record.id, record]))
  const giveWay = givingWay(signal)
  const answers: JudgedAnswer[] = []
  for (const question of test.questions) {
    const record = outputs.get(question.id)
    const { outcome } = judge(question, record?.output ?? '', data.judging)
    const confidence = record && answerConfidence(record)
    answers.push({ id: question.id, outcome, subject: question.subject, ...confidence, refusalScore: record?.refusal?.logprob })
    await giveWay()
  }
  return { test, method, seed, outputs, judged: { method, seed, dataset: test.name, answers } }
}

/**
 * Writes evaluation/<dataset>.jsonl: {id, method, seed, output, outcome, confidence, answer, refusal, options?}, in a subfolder of the
 * run if one is given.
 */
export async function writeEvaluations(directory: RunDirectory, evaluated: readonly EvaluatedSet[], folder = ''): Promise<void> {
  for (const name of new Set(evaluated.map(({ test }) => test.name))) {
    const lines = evaluated
      .filter(({ test }) => test.name === name)
      .flatMap(({ method, seed, outputs, judged }) =>
        judged.answers.map(({ id, outcome, confidence }) => {
          const { id: _, output, ...probabilities } = outputs.get(id) as OutputRecord
          return { id, method, seed, output, outcome, confidence, ...probabilities }
        }),
      )
    await directory.write(join(folder, 'evaluation', `${name}.jsonl`), jsonLines(lines))
  }
}

/**
 * @param thresholds the same methods and seeds on the questions that thresholds are set on; a method without them has no threshold
 * @param reference compare every method with this one, instead of each with each
 */
export function resultsOf(
  evaluated: readonly EvaluatedSet[],
  thresholds: readonly EvaluatedSet[],
  { config, signal }: Pick<RunContext, 'config' | 'signal'>,
  reference?: string,
): Promise<Results> {
  return buildResults(
    evaluated.map(({ judged, method, seed }) => {
      const validation = judged.validation ?? thresholds.find((set) => set.method === method && set.seed === seed)?.judged.answers
      return validation === undefined ? judged : { ...judged, validation }
    }),
    { resamples: config.evaluation.bootstrap, seed: config.seed, reference },
    { signal },
  )
}

/** Sorted by data set; in each the initial model, the methods without training, then every method with its seeds. */
export function inTableOrder(
  evaluated: readonly EvaluatedSet[],
  methods: readonly { id: string }[],
  tests: readonly TestSet[],
): EvaluatedSet[] {
  const order = [INIT_BASIC, INIT_REFUSE, ...[...UNTRAINED, ...methods].map(({ id }) => id)]
  return tests.flatMap(({ name }) => order.flatMap((method) => evaluated.filter((set) => set.method === method && set.test.name === name)))
}

/** How outcomes changed from the initial to the tuned model, with up to `examples` questions for each change. */
export function movedOf(evaluated: readonly EvaluatedSet[], method: string, dataset: string, examples: number): MovedGroup[] {
  const of = (name: string) => evaluated.find((set) => set.method === name && set.test.name === dataset)
  const [before, after] = [of(INIT_BASIC), of(method)]
  if (before === undefined || after === undefined) return []
  const questions = new Map(after.test.questions.map((question) => [question.id, question]))
  const moved = movedQuestions(before.judged.answers, after.judged.answers)
  return MOVEMENTS.map((movement) => {
    const ids = moved.get(movement) ?? []
    return {
      movement,
      count: ids.length,
      examples: ids.slice(0, examples).map((id) => {
        const { question, options, answer, answers } = questions.get(id) as NonNullable<ReturnType<typeof questions.get>>
        return {
          question,
          answer: options?.[answer ?? 0] ?? answers?.[0] ?? '',
          before: before.outputs.get(id)?.output ?? '',
          after: after.outputs.get(id)?.output ?? '',
        }
      }),
    }
  })
}
