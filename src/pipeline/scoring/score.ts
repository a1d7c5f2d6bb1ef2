import { type CancelOptions, givingWay } from '../../cancellation.js'
import { type Dataset, type DatasetRequest, loadDataset } from '../../data/dataset.js'
import { type Prediction, readPredictions } from '../../data/files/predictions.js'
import type { Question } from '../../data/question/question.js'
import { sampleQuestions } from '../../data/sample.js'
import { GraitError } from '../../errors.js'
import { optionConfidence, sampleAgreement } from '../../evaluation/confidence.js'
import { type JudgeSettings, judge } from '../../evaluation/judging/judge.js'
import type { JudgedAnswer } from '../../evaluation/measures/outcome.js'
import type { BootstrapSettings } from '../../evaluation/resampling/bootstrap.js'
import { INIT_BASIC, type Results } from '../../evaluation/result-rows.js'
import { buildResults, type JudgedSet } from '../../evaluation/results.js'
import { datasetLabel } from '../context/experiment-data.js'

/** A JSON Lines file of predictions, and the name of the method that made them. */
export interface PredictionFile {
  /** The method's name in the results. */
  method: string
  path: string
}

/** What `scorePredictions` scores: predictions, the questions they answer and the judging rules. */
export interface ScoreRequest extends DatasetRequest {
  /** Score only a seeded sample of this many questions, the same that `grait data --limit` prints. */
  limit?: number | undefined
  predictions: readonly PredictionFile[]
  /** File with the initial model's answers to the plain instruction; without it there is no THS. */
  initial?: string | undefined
  /** Score only questions that every file answers; by default a missing answer counts as unparseable. */
  skipMissing?: boolean | undefined
  judging: JudgeSettings
  bootstrap: BootstrapSettings
}

/** The scores of predictions or counts: results and notes. */
export interface Score {
  results: Results
  /** Notes for the reader of the results: missing answers, what was read. */
  notes: string[]
}

/**
 * Judges and measures predictions, answers that models gave outside this package.
 * @throws GraitError data_not_found, data_invalid with file and line, cancelled
 */
export async function scorePredictions(request: ScoreRequest, { signal }: CancelOptions = {}): Promise<Score> {
  const dataset = await loadDataset(request, { signal })
  const asked = request.limit === undefined ? dataset.questions : sampleQuestions(dataset.questions, request.limit, 0)
  const files: PredictionFile[] = [
    ...(request.initial === undefined ? [] : [{ method: INIT_BASIC, path: request.initial }]),
    ...request.predictions,
  ]
  refuseSameNames(files)
  const notes = [...dataset.notes]
  const read: { file: PredictionFile; predictions: Map<string, Prediction> }[] = []
  for (const file of files) {
    const predictions = await readPredictions(file.path, asked, signal)
    read.push({ file, predictions })
    notes.push(...missingNote(file.path, predictions, asked, request.skipMissing === true))
  }
  const questions = request.skipMissing === true ? asked.filter(({ id }) => read.every(({ predictions }) => predictions.has(id))) : asked
  if (questions.length === 0) {
    throw new GraitError('data_invalid', 'no question has an answer in every file', { hint: 'Score the files one by one.' })
  }
  const giveWay = givingWay(signal)
  const sets: JudgedSet[] = []
  for (const { file, predictions } of read) {
    const answers: JudgedAnswer[] = []
    for (const question of questions) {
      answers.push(judged(question, predictions.get(question.id), request.judging))
      await giveWay()
    }
    sets.push({ method: file.method, seed: 0, dataset: datasetName(request, dataset), answers })
  }
  return { results: await buildResults(sets, { ...request.bootstrap, compareWithInitial: true }, { signal }), notes }
}

function judged(question: Question, prediction: Prediction | undefined, judging: JudgeSettings): JudgedAnswer {
  const confidence = prediction && confidenceOf(prediction)
  return {
    id: question.id,
    outcome: judge(question, prediction?.output ?? '', judging).outcome,
    subject: question.subject,
    confidence,
  }
}

function confidenceOf({ output, confidence, probabilities, samples }: Prediction): number | undefined {
  if (confidence !== undefined) return confidence
  if (probabilities !== undefined) return optionConfidence(probabilities)
  return samples && sampleAgreement(output, samples)
}

function missingNote(
  path: string,
  predictions: ReadonlyMap<string, Prediction>,
  questions: readonly Question[],
  skipped: boolean,
): string[] {
  const missing = questions.filter(({ id }) => !predictions.has(id))
  const first = missing[0]
  if (first === undefined) return []
  const then = skipped ? 'they are left out' : 'they count as unparseable (--skip-missing leaves them out)'
  return [`${path}: ${missing.length} of ${questions.length} questions have no prediction, the first is ${first.id}; ${then}`]
}

function refuseSameNames(files: readonly PredictionFile[]): void {
  const again = files.find(({ method }, index) => files.findIndex((other) => other.method === method) < index)
  if (again === undefined) return
  throw new GraitError('usage', `two files of predictions are called ${again.method}`, {
    hint: 'Give them names: --predictions NAME=FILE.',
  })
}

function datasetName({ name }: ScoreRequest, { split }: Dataset): string {
  return datasetLabel(split === null || name.includes(':') ? name : `${name}:${split}`)
}
